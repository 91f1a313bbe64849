"""What the meeting looks at: reports and totals."""
