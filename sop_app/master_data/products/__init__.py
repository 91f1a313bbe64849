"""Items we sell, in a category tree of three levels."""
