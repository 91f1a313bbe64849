"""Imports: one's own files with their state, and the form that uploads a new one."""
