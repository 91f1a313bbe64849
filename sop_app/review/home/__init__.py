"""What waits for a person: the facts of the frame around every page, and of the home page."""
