"""The planning cycle: its months, its input window, its five steps."""
