"""Reports made from plans and actuals; every total reconciles with its source rows."""
