"""Settings: what an administrator decides for the whole installation."""
