"""Background work: what runs, how far it is, and how to stop it.

A job is a row of the table ``job``: the truth that screens show. Procrastinate's tables in the
schema ``queue`` only carry its number to a worker. While a job runs, its worker holds an advisory
lock of the database; a running job whose lock is free has lost its worker and is taken up again.
"""
