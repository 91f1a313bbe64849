"""Forecasts for items with less than half a year of history, or none, from items like them.

``analogues`` finds the items that are alike by attributes, ``launch`` learns how such items start
and what their season is, ``forecast`` puts both on the new item's scale. Standard term: new product
forecasting by analogy, like-modelling.
"""
