"""One S&OP platform: what a company will sell, make, hold and earn, planned every month."""

__version__ = "0.1.0"
