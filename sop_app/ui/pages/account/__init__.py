"""The own account: who one is here, the password, and where one is signed in."""
