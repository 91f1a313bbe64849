"""What the consolidated report has to say: summed by the database, and by hand from the file."""

from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

UNITS = """
    SELECT sum(q) FROM forecast_entry e, unnest(e.quantities) q WHERE e.cycle_id = %s
"""
MONEY = """
    SELECT sum(round(e.quantities[n] * coalesce(e.price_overrides[n], e.prices[n]), 2))
    FROM forecast_entry e, generate_series(1, 16) n WHERE e.cycle_id = %s
"""
COUNT = "SELECT count(*) FROM forecast_entry WHERE cycle_id = %s"


def totals_of(path: Path) -> tuple[int, Decimal, int]:
    """Add up the rows of the workbook, and see that its own totals say the same."""
    lines = (
        CalamineWorkbook.from_path(path).get_sheet_by_name("Rows").to_python(skip_empty_area=False)
    )
    start = next(at for at, line in enumerate(lines) if line[0] == "Sales rep")
    header, rows, total = lines[start], lines[start + 1 : -1], lines[-1]
    assert total[0] == "Total"
    first = header.index("Unit") + 2
    units_at, money_at = header.index("Total units"), len(header) - 1
    units = sum(int(figure or 0) for row in rows for figure in row[first:units_at])
    cents = [Decimal(str(f)) for row in rows for f in row[units_at + 1 : money_at] if f != ""]
    money = sum((figure.quantize(Decimal("0.01")) for figure in cents), Decimal(0))
    assert int(total[units_at]) == units
    assert Decimal(str(total[money_at])).quantize(Decimal("0.01")) == money
    return units, money, len(rows)
