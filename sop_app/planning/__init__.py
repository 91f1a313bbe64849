"""The monthly cycle and the plans made in it."""
