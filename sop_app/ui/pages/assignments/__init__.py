"""The activation matrix: what may be planned, by customer, by product, or as a matrix."""
