"""People: who may sign in, with which roles, in whose team."""
