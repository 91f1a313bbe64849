"""Forecasting methods: one file per library, each method behind the contract of ``contract``."""
