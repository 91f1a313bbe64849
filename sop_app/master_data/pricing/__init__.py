"""Price list per customer and product with effective dates."""
