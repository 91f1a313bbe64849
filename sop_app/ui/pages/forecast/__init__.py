"""Forecast entry: the planning grid of the sales input."""
