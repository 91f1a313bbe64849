"""Sales history: what each customer bought of each product in each month."""
