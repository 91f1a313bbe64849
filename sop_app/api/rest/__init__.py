"""Routes of the public API, one file per feature."""
