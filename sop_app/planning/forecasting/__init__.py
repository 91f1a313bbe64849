"""The baseline (statistical) forecast: from monthly histories to quantities with intervals.

Pure Python on arrays: no database, no web. ``panel`` reads and checks the histories, ``methods``
holds one file per library behind one contract, ``auto`` chooses and combines methods per item,
``intervals`` says how sure the forecast is, ``backtest`` how good it has been. ``engine`` puts them
together.
"""
