"""Sales input: one forecast entry per customer, product and cycle, with its months."""
