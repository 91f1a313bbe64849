"""One planning cycle: its steps, who is how far, who is late."""
