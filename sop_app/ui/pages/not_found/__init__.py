"""What stands at an address where there is no page."""
