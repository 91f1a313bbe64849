"""Sales history: what was sold, by whom, of what, and how it moves."""
