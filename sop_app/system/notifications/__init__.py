"""Mail through an outbox, and notices inside the program.

A mail is rendered and written in the transaction that causes it (``service.queue_mail``), so it
exists exactly if its cause does. The worker leases, sends and marks (``outbox``). Promise: never
lost, repeated at most once per crash, always with the same Message-ID.
"""
