"""One import: match the columns of a file, check what it changes, accept or cancel."""
