"""The planning cycle: its months, its input window, its five steps.

``service`` keeps the fields, ``window`` opens, closes and reopens, ``steps`` moves through the
month. A cycle's status holds still while somebody works on its figures (``queries.find_held_cycle``).
"""
