"""The form of a customer, for a new one and for a change."""
