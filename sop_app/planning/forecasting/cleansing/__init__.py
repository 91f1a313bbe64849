"""Clean demand history: months that are no normal demand, why, and what would have been normal.

Detectors look at a whole panel at once (``outliers``, ``forest``, ``changes``, ``seasons``,
``events``; ``gaps`` at rows before they are a panel), each compared with what ``baseline`` expects
of every month. ``detection`` merges what they find into one finding per item and month;
``corrections`` makes a cleaned copy. The history itself is never overwritten. Standard term:
demand history cleansing, anomaly (exception) detection.
"""
