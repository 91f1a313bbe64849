"""Say on a console what importing a file did, or what is wrong with it."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sop_app.system.spreadsheets.kinds import RowShare
from sop_app.system.spreadsheets.schemas import (
    BatchStatus,
    ChangeCell,
    ChangeLine,
    ImportCounts,
    ImportResult,
)


def tell(result: ImportResult, name: str, *, is_dry_run: bool) -> list[str]:
    """Say in a few lines what a file holds and what became of it."""
    lines = [f"{name}: {_describe(result.counts)}."]
    if result.earlier is not None and result.earlier.status is BatchStatus.ACCEPTED:
        lines.append(f"The same file was imported on {result.earlier.at:%d %B %Y} already.")
    lines += [*_table(result.shares), *map(_change, result.changes)]
    if result.is_accepted:
        lines.append("Imported." if result.counts.effect else "Nothing had to be changed.")
    elif is_dry_run and not result.counts.wrong:
        lines.append("Nothing was imported (dry run).")
    return lines


def complain(result: ImportResult) -> list[str]:
    """Say what is wrong with a file, the first rows by name, and where they are marked."""
    if not result.counts.wrong:
        return []
    lines = [*result.errors]
    if result.counts.wrong > len(result.errors):
        lines.append(f"... {result.counts.wrong:,} wrong rows in all.")
    lines.append("Nothing was imported.")
    if result.error_file is not None:
        lines.append(f"The file with its errors marked: {result.error_file}")
    else:
        lines.append("No file with its errors marked could be written; try --errors FOLDER.")
    return lines


def _describe(counts: ImportCounts) -> str:
    removed = f", {counts.missing:,} removed" if counts.missing else ""
    wrong = "1 row wrong" if counts.wrong == 1 else f"{counts.wrong:,} rows wrong"
    return (
        f"{counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged{removed},"
        f" {wrong}"
    )


def _table(shares: Sequence[RowShare]) -> list[str]:
    """Set the shares of a file out below each other, with their sum."""
    if not shares:
        return []
    whole = RowShare(
        "The file",
        sum(share.row_count for share in shares),
        sum((share.quantity for share in shares), Decimal(0)),
        sum((share.amount for share in shares), Decimal(0)),
        is_taken=False,
    )
    width = max(len(share.title) for share in shares)
    return [f"  {'':<{width}}  {'rows':>10}  {'quantity':>15}  {'amount':>18}"] + [
        f"  {share.title:<{width}}  {share.row_count:>10,}  {_plain(share.quantity):>15}"
        f"  {share.amount:>18,.2f}"
        for share in (*shares, whole)
    ]


def _change(line: ChangeLine) -> str:
    """Say what accepting does to the records one line sums up, for example a month."""
    cells = ", ".join(f"{cell.column} {_cell(cell)}" for cell in line.cells if cell.text != "0")
    return f"  {line.key}: {cells}"


def _cell(cell: ChangeCell) -> str:
    text = _figure(cell.text)
    return f"{_figure(cell.old)} -> {text}" if cell.state == "changed" else text


def _figure(text: str) -> str:
    try:
        return _plain(Decimal(text))
    except InvalidOperation:
        return text


def _plain(figure: Decimal) -> str:
    """Write a figure with thousands and without zeros at the end of its fraction."""
    whole = figure == figure.to_integral_value()
    return f"{figure:,.0f}" if whole else f"{figure:,f}".rstrip("0")
