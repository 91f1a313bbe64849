"""Set a password by a mailed link: a forgotten one, or the first one after an invitation."""
