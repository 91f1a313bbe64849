"""What programs send to and receive from the forecast routes."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from sop_app.api.rest.listing import PlainText, RecordId
from sop_app.kernel.periods import month_range
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellField, CellResult, EditResult
from sop_app.planning.forecast_entry.schemas import GridRow, RowFigures

EntryIds = Annotated[list[RecordId], Field(max_length=20_000)]


class EditBody(BaseModel):
    """One cell: a quantity, a price or a typed text; null clears.

    ``version`` is the row's version the caller has seen; without it whatever is there is replaced.
    """

    model_config = ConfigDict(extra="forbid")

    entry_id: RecordId
    month_index: Annotated[StrictInt, Field(ge=0, le=35)]
    version: StrictInt | None = None
    quantity: StrictInt | None = None
    price: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)] | None = None
    text: Annotated[PlainText, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def holds_one_figure(self) -> "EditBody":
        """Refuse an edit that names no figure or several."""
        if len(self.model_fields_set & {"quantity", "price", "text"}) != 1:
            raise ValueError("give exactly one of quantity, price and text")
        return self

    def as_edit(self) -> CellEdit:
        """Hand the edit to the service."""
        return CellEdit(
            self.entry_id,
            self.month_index,
            self.text,
            self.price if "price" in self.model_fields_set else self.quantity,
            self.version,
            CellField.PRICE if "price" in self.model_fields_set else CellField.QUANTITY,
        )


class EditsBody(BaseModel):
    """One act: its cells become one undo step."""

    model_config = ConfigDict(extra="forbid")

    cycle_id: RecordId
    edits: Annotated[list[EditBody], Field(min_length=1, max_length=20_000)]
    all_or_nothing: bool = False


class SubmissionBody(BaseModel):
    """Which rows to submit; all of the caller's when left out."""

    model_config = ConfigDict(extra="forbid")

    cycle_id: RecordId
    entry_ids: EntryIds | None = None


class DecisionBody(BaseModel):
    """Which rows to decide on, and the comment."""

    model_config = ConfigDict(extra="forbid")

    cycle_id: RecordId
    entry_ids: EntryIds
    comment: PlainText = Field(default="", max_length=4_000)


class AcceptanceBody(BaseModel):
    """The difference the caller has seen and accepts."""

    model_config = ConfigDict(extra="forbid")

    cycle_id: RecordId
    fingerprint: PlainText = Field(max_length=64)
    leaves_wrong_out: bool = False


class CommentBody(BaseModel):
    """A remark on an entry, or on one of its months."""

    model_config = ConfigDict(extra="forbid")

    text: PlainText = Field(max_length=4_000)
    month_index: StrictInt | None = None


class MonthAnswer(BaseModel):
    """One month of an entry. ``text`` is what was typed where a number belongs."""

    month: str
    quantity: int | None
    price: Decimal
    amount: Decimal | None
    text: str | None


class EntryAnswer(BaseModel):
    """One entry with its months."""

    entry_id: int
    version: int
    status: str
    lock: str
    is_complete: bool
    total_quantity: int
    total_amount: Decimal
    months: list[MonthAnswer]


class ForecastRowAnswer(EntryAnswer):
    """One row of the grid."""

    customer_id: int
    customer_code: str
    customer_name: str
    product_id: int
    sku: str
    product_name: str
    family: str
    unit: str
    sales_rep_id: int | None
    sales_rep_name: str
    decision_comment: str


class ForecastListAnswer(BaseModel):
    """A page of rows. ``total`` counts all that pass the filter."""

    cycle_id: int
    total: int
    rows: list[ForecastRowAnswer]


class EditAnswer(BaseModel):
    """What became of an act: how many cells were stored, which were not and why, the rows now."""

    change_set_id: int | None
    saved_count: int
    saved_at: datetime
    cells: list[CellResult]
    rows: list[EntryAnswer]


def entry_fields(cycle: CycleRow, figures: RowFigures) -> dict[str, Any]:
    """Lay an entry's arrays out by month."""
    amounts = figures.amounts
    months = month_range(cycle.start_month, cycle.horizon_months)
    return {
        "entry_id": figures.entry_id,
        "version": figures.version,
        "status": figures.status,
        "lock": figures.lock,
        "is_complete": figures.is_complete,
        "total_quantity": figures.total,
        "total_amount": figures.total_amount,
        "months": [
            MonthAnswer(
                month=f"{month:%Y-%m}",
                quantity=figures.quantities[index],
                price=figures.prices[index],
                amount=amounts[index],
                text=figures.rejected.get(index),
            )
            for index, month in enumerate(months)
        ],
    }


def answer_row(cycle: CycleRow, row: GridRow) -> ForecastRowAnswer:
    """Answer with one row of the grid."""
    return ForecastRowAnswer(
        **entry_fields(cycle, row.figures),
        customer_id=row.customer_id,
        customer_code=row.customer_code,
        customer_name=row.customer_name,
        product_id=row.product_id,
        sku=row.sku,
        product_name=row.product_name,
        family=row.family,
        unit=row.unit,
        sales_rep_id=row.rep_id,
        sales_rep_name=row.rep_name,
        decision_comment=row.decision_comment,
    )


def answer_edit(cycle: CycleRow, result: EditResult) -> EditAnswer:
    """Answer with the outcome of an act."""
    return EditAnswer(
        change_set_id=result.change_set_id,
        saved_count=result.saved_count,
        saved_at=result.saved_at,
        cells=list(result.cells),
        rows=[EntryAnswer(**entry_fields(cycle, row)) for row in result.rows],
    )
