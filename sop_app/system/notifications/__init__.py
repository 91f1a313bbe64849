"""Mail through an outbox, and notices inside the program."""
