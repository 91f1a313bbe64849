"""Who we sell to, what we sell, at which price, and which pairs may be planned."""
