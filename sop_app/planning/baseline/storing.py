"""Write what a run found, a stage at a time, so that an interrupted run goes on where it was."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import text

from sop_app.kernel.periods import add_months
from sop_app.planning.forecasting.rules import classify_demand
from sop_app.system.database import UnitOfWork

from .calculation import Outcome, Replay
from .rules import BACKTEST_MONTHS, NAIVE, Level
from .schemas import MethodScore

_ITEM_COLUMNS = """
    run_id, level, key, demand_class, months_of_history, method, members, reason, note, unit_value,
    last_year, points, lower_80, upper_80, lower_95, upper_95, rivals
"""
_BACKTEST_COLUMNS = "run_id, level, key, origin, forecast, naive, actual, rivals"
Names = Sequence[tuple[Level, str]]


async def start_over(uow: UnitOfWork, run_id: int, fingerprint: str, versions: Any) -> None:
    """Forget what an earlier attempt stored, if it was from other figures or with other libraries."""
    row = (
        await uow.session.execute(
            text("SELECT fingerprint, versions FROM forecast_run WHERE id = :id"), {"id": run_id}
        )
    ).one()
    if row.fingerprint == fingerprint and row.versions == versions:
        return
    for table in ("forecast_item", "forecast_backtest"):
        await uow.session.execute(text(f"DELETE FROM {table} WHERE run_id = :id"), {"id": run_id})
    await uow.session.execute(
        text("""
            UPDATE forecast_run SET fingerprint = :fingerprint, versions = CAST(:versions AS jsonb)
            WHERE id = :id
        """),
        {"id": run_id, "fingerprint": fingerprint, "versions": json.dumps(versions)},
    )


async def store_items(
    uow: UnitOfWork, run_id: int, names: Names, outcome: Outcome, values: Sequence[float]
) -> None:
    """Store forecasts.

    Args:
        uow: The transaction.
        run_id: The run.
        names: Level and key of each item.
        outcome: Their forecasts.
        values: List price of each.
    """
    await _copy_in(uow, "forecast_item", _ITEM_COLUMNS, _item_rows(run_id, names, outcome, values))


def _item_rows(
    run_id: int, names: Names, outcome: Outcome, values: Sequence[float]
) -> Iterator[list[Any]]:
    made = outcome.forecast
    for place, (level, key) in enumerate(names):
        choice, history = made.choices[place], made.panel.series[place]
        bounds = [bound[place].tolist() for interval in (80, 95) for bound in made.bounds[interval]]
        yield [
            run_id,
            level.value,
            key,
            classify_demand(history).value,
            len(history),
            made.methods[place].partition(":")[0],
            json.dumps(choice.members),
            choice.reason[:300],
            made.notes.get(made.panel.ids[place], "")[:300],
            values[place],
            float(history[-12:].sum()),
            made.points[place].tolist(),
            *bounds,
            json.dumps(
                {
                    name: points[place].tolist()
                    for name, points in outcome.rivals.items()
                    if np.isfinite(points[place]).all()
                }
            ),
        ]


async def store_replay(
    uow: UnitOfWork, run_id: int, names: Names, last_month: date, replay: Replay, method: str
) -> None:
    """Store one origin of the back-test."""
    origin = add_months(last_month, -replay.cut)

    def rows() -> Iterator[list[Any]]:
        for row, place in enumerate(replay.places):
            level, key = names[int(place)]
            figures = {name: found[row].tolist() for name, found in replay.forecasts.items()}
            yield [
                run_id,
                level.value,
                key,
                origin,
                figures[method],
                figures[NAIVE],
                replay.actual[row].tolist(),
                json.dumps({name: each for name, each in figures.items() if each[0] == each[0]}),
            ]

    await _copy_in(uow, "forecast_backtest", _BACKTEST_COLUMNS, rows())


async def read_replay(
    uow: UnitOfWork, run_id: int, names: Names, last_month: date, cut: int
) -> Replay | None:
    """Read one origin that an earlier attempt stored; None if it did not get that far."""
    rows = (
        await uow.session.execute(
            text("""
                SELECT level, key, actual, rivals FROM forecast_backtest
                WHERE run_id = :run_id AND origin = :origin
            """),
            {"run_id": run_id, "origin": add_months(last_month, -cut)},
        )
    ).all()
    place_of = {(level.value, key): place for place, (level, key) in enumerate(names)}
    found = sorted(
        (place_of[row.level, row.key], row) for row in rows if (row.level, row.key) in place_of
    )
    if not found:
        return None
    methods = sorted({name for _, row in found for name in row.rivals})
    nothing = [float("nan")] * BACKTEST_MONTHS
    return Replay(
        cut=cut,
        places=np.array([place for place, _ in found]),
        actual=np.array([row.actual for _, row in found]),
        forecasts={
            name: np.array([row.rivals.get(name, nothing) for _, row in found]) for name in methods
        },
    )


async def has_items(uow: UnitOfWork, run_id: int) -> bool:
    """Tell whether the forecasts of a run are stored."""
    return bool(
        await uow.session.scalar(
            text("SELECT EXISTS (SELECT FROM forecast_item WHERE run_id = :id)"), {"id": run_id}
        )
    )


async def store_scores(
    uow: UnitOfWork, run_id: int, names: Names, scores: Sequence[Sequence[MethodScore]], method: str
) -> None:
    """Write how good the methods were beside each item."""
    rows = [
        {
            "level": level.value,
            "key": key,
            **{name: getattr(own[0], name) for name in ("wape", "bias", "mase", "mae") if own},
            "naive_wape": naive[0].wape if naive else None,
            "scores": [asdict(score) for score in found],
        }
        for (level, key), found in zip(names, scores, strict=True)
        for own in [[score for score in found if score.method == method]]
        for naive in [[score for score in found if score.method == NAIVE]]
        if found
    ]
    await uow.session.execute(
        text("""
            UPDATE forecast_item i
            SET wape = n.wape, bias = n.bias, mase = n.mase, mae = n.mae,
                naive_wape = n.naive_wape, scores = n.scores
            FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (
                level text, key text, wape float, bias float, mase float, mae float,
                naive_wape float, scores jsonb
            )
            WHERE i.run_id = :run_id AND i.level = n.level AND i.key = n.key
        """),
        {"run_id": run_id, "rows": json.dumps(rows)},
    )


async def finish_run(
    uow: UnitOfWork,
    run_id: int,
    wape_and_bias: tuple[float | None, float | None],
    naive_wape: float | None,
) -> None:
    """Mark a run as complete, with the measures over all its products."""
    await uow.session.execute(
        text("""
            UPDATE forecast_run SET
                finished_at = :now, wape = :wape, bias = :bias, naive_wape = :naive_wape,
                item_count = (SELECT count(*) FROM forecast_item
                              WHERE run_id = :id AND level = 'product'),
                fallback_count = (SELECT count(*) FROM forecast_item
                                  WHERE run_id = :id AND level = 'product' AND note <> '')
            WHERE id = :id
        """),
        {
            "id": run_id,
            "now": uow.now,
            "wape": wape_and_bias[0],
            "bias": wape_and_bias[1],
            "naive_wape": naive_wape,
        },
    )


async def _copy_in(uow: UnitOfWork, table: str, columns: str, rows: Iterable[list[Any]]) -> None:
    """Copy rows in by way of a temporary table: COPY itself knows no row-level security."""
    await uow.session.execute(
        text(f"""
            CREATE TEMPORARY TABLE arriving ON COMMIT DROP
            AS SELECT {columns} FROM {table} WITH NO DATA
        """)
    )
    async with uow.driver.cursor() as cursor, cursor.copy(b"COPY arriving FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
    await uow.session.execute(text(f"INSERT INTO {table} ({columns}) SELECT * FROM arriving"))
    await uow.session.execute(text("DROP TABLE arriving"))
