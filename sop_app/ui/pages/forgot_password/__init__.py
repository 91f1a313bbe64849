"""Forgotten password: ask for a link by mail."""
