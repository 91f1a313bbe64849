"""Tests of the sales history."""
