"""Settings an administrator changes while the program runs.

``schemas.Settings`` is the registry: one field per setting with its type, default and limits. The
table holds only what differs from the defaults.
"""
