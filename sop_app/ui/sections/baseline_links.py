"""Where the pages of the baseline forecast are."""

from urllib.parse import urlencode

from sop_app.planning.baseline.rules import Level


def item_href(level: Level, key: str) -> str:
    """Name the page of an item.

    Example:
        >>> item_href(Level.FAMILY, "Oils & fats")
        '/forecasting/item?level=family&key=Oils+%26+fats'
    """
    return f"/forecasting/item?{urlencode({'level': level.value, 'key': key})}"
