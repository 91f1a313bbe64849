"""All planning cycles: create, change, open, close, reopen, delete."""
