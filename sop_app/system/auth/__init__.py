"""People, their roles, how they sign in, and what each role may do (role-based access control)."""
