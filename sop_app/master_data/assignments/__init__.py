"""The activation matrix: which product may be planned for which customer."""
