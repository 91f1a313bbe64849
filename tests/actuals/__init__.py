"""Tests of the rooms below ``actuals``."""
