"""Customers: who we sell to, in which territory, and which sales rep answers for them."""
