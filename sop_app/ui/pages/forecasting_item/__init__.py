"""One item's baseline forecast: history, intervals, rivals, back-test."""
