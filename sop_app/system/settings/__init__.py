"""Settings an administrator changes while the program runs."""
