"""The company's sales as the series that a run forecasts.

A series begins with the first month in which something was sold and ends with the last month that
is over; months without a row count as 0, and so does a month of net returns. Corrections that
planners accepted stand in for what was recorded.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import text

from sop_app.kernel.periods import first_of_month, months_between
from sop_app.planning.forecasting.panel import Panel
from sop_app.system.database import UnitOfWork

from .rules import Level

_MOVED = """
    sales_month s JOIN product p ON p.id = s.product_id JOIN customer c ON c.id = s.customer_id
"""
_FORECAST = "p.deleted_at IS NULL AND p.status <> 'discontinued'"
_BRANCH = """
    WITH RECURSIVE branch AS (
        SELECT id FROM category WHERE id = {category_id:d}
        UNION ALL SELECT k.id FROM category k JOIN branch b ON b.id = k.parent_id
    )
    SELECT id FROM branch
"""
_PARTS = {Level.REGION: "c.region", Level.CHANNEL: "c.channel"}


@dataclass(frozen=True)
class ProductFacts:
    """What groups and values a product.

    Attributes:
        branch: Ids of its category and those above it.
        unit_value: List price.
    """

    family: str
    branch: tuple[int, ...]
    unit_value: float


@dataclass(frozen=True)
class History:
    """Sales of products up to a month, and what is needed to add them up.

    Attributes:
        panel: One series per product, named by its id; with corrections.
        facts: Of each product of the panel.
        shares: Level and member to the part of each product's last twelve months that went there;
            for levels that divide a product's sales.
    """

    last_month: date
    panel: Panel
    facts: dict[str, ProductFacts]
    shares: dict[tuple[Level, str], dict[str, float]]

    @property
    def fingerprint(self) -> str:
        """Identify the figures: equal histories have equal fingerprints (SHA-256)."""
        digest = hashlib.sha256(self.last_month.isoformat().encode())
        for name, series in zip(self.panel.ids, self.panel.series, strict=True):
            digest.update(name.encode())
            digest.update(series.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Members:
    """The members of the levels above the products, and how their series add up.

    Attributes:
        names: Level and key of each.
        weights: Members x products: which part of a product belongs to the member, 0 to 1.
    """

    names: tuple[tuple[Level, str], ...]
    weights: NDArray[np.float64]

    def mean_by_volume(
        self, values: NDArray[np.float64], volumes: NDArray[np.float64]
    ) -> list[float]:
        """Average a figure of the products for each member, weighed by their volumes; else 0."""
        weighed = self.weights * volumes
        total = weighed.sum(axis=1)
        means = np.divide(weighed @ values, total, out=np.zeros(len(total)), where=total > 0)
        return means.tolist()


async def find_last_month(uow: UnitOfWork) -> date | None:
    """Find the latest month that is over and has sales."""
    return await uow.session.scalar(
        text("SELECT max(month) FROM sales_month WHERE month < :this_month"),
        {"this_month": first_of_month(uow.now.date())},
    )


async def read_history(
    uow: UnitOfWork,
    last_month: date,
    *,
    category_id: int | None = None,
    product_ids: Sequence[int] = (),
    is_corrected: bool = True,
) -> History:
    """Read the series of all products that are still sold, or of a selection.

    Args:
        uow: The transaction.
        last_month: The last month read.
        category_id: Only products of this branch.
        product_ids: Only these products; empty means all.
        is_corrected: Whether accepted corrections stand in for what was recorded.
    """
    chosen = [_FORECAST, f"s.month <= DATE '{last_month}'"]
    if category_id is not None:
        chosen.append(f"p.category_id IN ({_BRANCH.format(category_id=category_id)})")
    if product_ids:
        chosen.append(f"p.id IN ({', '.join(str(int(each)) for each in product_ids)})")
    condition = " AND ".join(chosen)
    sold = await _copy_out(
        uow,
        f"""
        SELECT s.product_id, s.month, sum(s.net_quantity) FROM {_MOVED}
        WHERE {condition} GROUP BY 1, 2 ORDER BY 1, 2
        """,
        ("product_id", "month", "quantity"),
    )
    corrections = await _read_corrections(uow) if is_corrected else {}
    panel = _build_panel(sold, last_month, corrections)
    return History(
        last_month=last_month,
        panel=panel,
        facts=await _read_facts(uow, [int(name) for name in panel.ids]),
        shares=await _read_shares(uow, last_month, condition),
    )


def members_above(history: History) -> Members:
    """Find the members of the levels above the products: families, branches, regions, the total."""
    place = {name: column for column, name in enumerate(history.panel.ids)}
    found: dict[tuple[Level, str], NDArray[np.float64]] = {}

    def add(level: Level, key: str, product: str, part: float) -> None:
        row = found.setdefault((level, key), np.zeros(len(place)))
        row[place[product]] += part

    for product, facts in history.facts.items():
        add(Level.TOTAL, "", product, 1.0)
        if facts.family:
            add(Level.FAMILY, facts.family, product, 1.0)
        for category in facts.branch:
            add(Level.CATEGORY, str(category), product, 1.0)
    for (level, key), parts in history.shares.items():
        for product, part in parts.items():
            if product in place:
                add(level, key, product, part)
    names = tuple(sorted(found))
    return Members(names, np.array([found[name] for name in names]).reshape(len(names), len(place)))


def add_up(panel: Panel, members: Members) -> Panel:
    """Add the products' series up to those of the members; each begins with its first product."""
    longest = int(panel.lengths.max())
    table = np.zeros((len(panel), longest))
    for row, series in enumerate(panel.series):
        table[row, longest - len(series) :] = series
    sums = members.weights @ table
    starts = [longest - int(panel.lengths[row > 0].max()) for row in members.weights]
    last = panel.last_months[0]
    return Panel(
        tuple(f"{level}:{key}" for level, key in members.names),
        tuple(sums[row, start:] for row, start in enumerate(starts)),
        (last,) * len(starts),
    )


def _build_panel(
    sold: pd.DataFrame, last_month: date, corrections: Mapping[int, Mapping[date, float]]
) -> Panel:
    """Lay the sold months out without gaps, from the first sale to the last month."""
    found: dict[str, NDArray[np.float64]] = {}
    for product_id, rows in sold.groupby("product_id", sort=True):
        months = [date.fromisoformat(month) for month in rows["month"]]
        figures = np.zeros(months_between(months[0], last_month) + 1)
        places = [months_between(months[0], month) for month in months]
        figures[places] = np.maximum(rows["quantity"].to_numpy(dtype=float), 0.0)
        for month, value in corrections.get(int(str(product_id)), {}).items():
            if months[0] <= month <= last_month:
                figures[months_between(months[0], month)] = value
        if figures.any():
            found[str(product_id)] = figures
    end = pd.to_datetime(last_month.isoformat())
    return Panel(tuple(found), tuple(found.values()), (end,) * len(found))


async def _read_corrections(uow: UnitOfWork) -> dict[int, dict[date, float]]:
    rows = await uow.session.execute(
        text("""
            SELECT product_id, month, corrected_value FROM history_finding
            WHERE status = 'accepted'
        """)
    )
    found: dict[int, dict[date, float]] = {}
    for product_id, month, value in rows:
        found.setdefault(product_id, {})[month] = value
    return found


async def _read_facts(uow: UnitOfWork, product_ids: list[int]) -> dict[str, ProductFacts]:
    rows = await uow.session.execute(
        text("""
            WITH RECURSIVE branch (id, path) AS (
                SELECT id, ARRAY[id] FROM category WHERE parent_id IS NULL
                UNION ALL
                SELECT k.id, b.path || k.id FROM category k JOIN branch b ON b.id = k.parent_id
            )
            SELECT p.id, p.family, coalesce(b.path, '{}') AS path, p.list_price
            FROM product p LEFT JOIN branch b ON b.id = p.category_id
            WHERE p.id = ANY (:ids) ORDER BY p.id
        """),
        {"ids": product_ids},
    )
    return {
        str(row.id): ProductFacts(row.family, tuple(row.path), float(row.list_price))
        for row in rows
    }


async def _read_shares(
    uow: UnitOfWork, last_month: date, condition: str
) -> dict[tuple[Level, str], dict[str, float]]:
    """Read which part of each product's last year went to which region and channel."""
    found: dict[tuple[Level, str], dict[str, float]] = {}
    for level, column in _PARTS.items():
        rows = await uow.session.execute(
            text(f"""
                SELECT key, product_id, quantity / sum(quantity) OVER (PARTITION BY product_id)
                FROM (
                    SELECT {column} AS key, s.product_id,
                           greatest(sum(s.net_quantity), 0)::float AS quantity
                    FROM {_MOVED}
                    WHERE {condition} AND {column} <> ''
                      AND s.month > DATE '{last_month}' - INTERVAL '12 months'
                    GROUP BY 1, 2
                ) AS sold WHERE quantity > 0
            """)
        )
        for key, product_id, part in rows:
            found.setdefault((level, key), {})[str(product_id)] = part
    return found


async def _copy_out(uow: UnitOfWork, query: str, columns: Iterable[str]) -> pd.DataFrame:
    """Read many rows at once, past the parsing of single values."""
    lines = io.BytesIO()
    copied = f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()
    async with uow.driver.cursor() as cursor, cursor.copy(copied) as copy:
        async for block in copy:
            lines.write(block)
    lines.seek(0)
    return pd.read_csv(lines, names=list(columns))
