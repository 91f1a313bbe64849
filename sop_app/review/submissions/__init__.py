"""What sales reps hand in: how complete it is, and how it differs from last cycle and last year."""
