"""The demo company: Orchard Foods, a food-service distributor that never existed.

Everything a new installation needs to show a month of work: people in all ten roles, customers,
products, prices, three years of sales, one closed and one open planning cycle. It is generated from
a seed and the day it is asked for, so it is always up to date and always the same for the same two.
Generating is pure: it draws numbers and returns frozen records. ``loader`` and ``notices`` write
them into a database, ``access`` says who may sign in.
"""
