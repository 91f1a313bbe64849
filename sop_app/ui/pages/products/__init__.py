"""Products: the list, with search, filters, order, export and deletion."""
