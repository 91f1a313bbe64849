"""A customer: details, sales and forecast, products with their prices, and the change log."""
