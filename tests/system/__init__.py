"""Tests of the rooms below ``system``."""
