"""Sales history: what each customer bought of each product in each month.

In supply chain terms these are the *actuals* (order or shipment history) every forecast starts
from. A row is one customer x product x month: gross, returned and net quantity, and the net amount.
Rows come in by `importer` (invoice lines are added up, monthly figures taken over), are shown by
`service` as a pivot, and are never edited by hand: a wrong month is imported again.
"""
