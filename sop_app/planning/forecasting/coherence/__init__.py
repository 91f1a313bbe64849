"""Coherent forecasts: product, family, category, customer group, region and total agree.

``hierarchy`` says which series add up to which, ``density`` which level is dense enough to be
forecast, ``shares`` splits a forecast down to sparse series, ``reconcile`` makes forecasts of all
levels agree, ``rounding`` turns quantities into whole units without losing one. Standard term:
forecast reconciliation; aggregation and disaggregation (proration).
"""
