"""Measurements of the program against baselines, each run with ``python -m benchmarks.<name>``."""
