"""Unusual months of the history: what was found, and what planners decide about it."""
