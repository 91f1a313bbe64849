"""Why an item's forecast is what it is, in terms a planner can check.

``decomposition`` splits the history into trend, season and remainder, ``drivers`` asks the
pre-trained model what it looked at, ``movement`` accounts for the change since the last forecast,
``explain`` puts them together for a screen. Standard term: forecast decomposition, forecast value
walk (waterfall).
"""
