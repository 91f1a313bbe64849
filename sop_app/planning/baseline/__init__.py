"""Baseline forecast: what the statistics expect of every item before anybody changes it.

A *run* forecasts all items (or a selection) from the sales known at that moment and says how good
the same methods were before (back-test). Its figures are stored and never change; one run can be
pinned to a cycle as its baseline. The methods are in ``forecasting``; this room gives them the
company's history and keeps what they find.
"""
