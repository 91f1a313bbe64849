"""How good the baseline forecast was: over time, by months ahead, by item."""
