"""The audit log: every change, written in the transaction that makes it."""
