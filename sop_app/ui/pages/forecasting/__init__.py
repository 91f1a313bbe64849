"""The forecasting page: every item with its baseline forecast and how good it was."""
