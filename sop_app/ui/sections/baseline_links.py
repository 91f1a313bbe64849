"""What the pages of the baseline forecast share: the levels to choose from, and where an item is."""

from urllib.parse import urlencode

from sop_app.planning.baseline.rules import Level

LEVEL_OPTIONS = [(level.value, level.label) for level in Level]


def item_href(level: Level, key: str) -> str:
    """Name the page of an item.

    Example:
        >>> item_href(Level.FAMILY, "Oils & fats")
        '/forecasting/item?level=family&key=Oils+%26+fats'
    """
    return f"/forecasting/item?{urlencode({'level': level.value, 'key': key})}"
