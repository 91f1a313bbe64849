"""A product: details, units sold and forecast, customers with their prices, and the change log."""
