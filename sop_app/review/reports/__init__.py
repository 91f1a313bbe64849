"""Reports made from plans and actuals."""
