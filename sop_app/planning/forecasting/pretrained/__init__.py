"""The pre-trained model: a forecast for an item with as little as six months of history.

One gradient-boosting model for all items and all months ahead, trained once, on simulated series
only (``simulate``), and shipped as text (``shipped/``). ``features`` describes a history without
its scale, ``model`` forecasts with the shipped files, ``train`` makes them again or checks them.
"""
