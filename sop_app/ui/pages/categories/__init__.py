"""Categories: the tree of three levels that products hang on."""
