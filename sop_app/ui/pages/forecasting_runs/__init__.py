"""The runs of the baseline forecast, and which one a cycle begins with."""
