"""The form of a product, for a new one and for a change."""
