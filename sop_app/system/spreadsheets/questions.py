"""What a file does not tell and the user has to: asked once for a whole column."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sop_app.system.spreadsheets.date_text import DateOrder, read_date
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.field_types import DateType, DecimalType, MonthType
from sop_app.system.spreadsheets.mapping import Mapping, TargetField, map_columns
from sop_app.system.spreadsheets.number_text import DecimalSign
from sop_app.system.spreadsheets.profiles import ColumnProfile


class QuestionKind(StrEnum):
    DATE_ORDER = "date_order"
    DECIMAL_SIGN = "decimal_sign"


@dataclass(frozen=True)
class Question:
    """Something about a column that the file does not tell and the user has to.

    Attributes:
        kind: What is asked.
        column: Header of the column.
        example: A content with two readings.
        count: Cells the answer changes.
        answers: Stored answer to the sentence that explains it with the example.
    """

    kind: QuestionKind
    column: str
    example: str
    count: int
    answers: dict[str, str]


def find_questions(
    sheet: SheetExtract, mapping: Mapping, fields: Sequence[TargetField]
) -> list[Question]:
    """List what the user still has to say about the mapped columns.

    A question is asked once for a whole column, only where the answer changes a value, and no
    longer once the mapping holds an answer.
    """
    questions = []
    for column in map_columns(sheet, mapping, fields):
        profile = sheet.columns[column.index]
        dates, numbers = profile.date_texts, profile.number_texts
        if isinstance(column.field.type, DateType | MonthType):
            if dates.is_ambiguous and column.header not in mapping.date_orders:
                questions.append(_ask_date_order(column.header, profile))
        elif (
            isinstance(column.field.type, DecimalType)
            and numbers.is_ambiguous
            and column.header not in mapping.decimal_signs
        ):
            questions.append(_ask_decimal_sign(column.header, profile))
    return questions


def _ask_date_order(header: str, profile: ColumnProfile) -> Question:
    example = profile.date_texts.example or "03/04/2011"
    answers = {}
    for order, words in (
        (DateOrder.DAY_FIRST, "day first"),
        (DateOrder.MONTH_FIRST, "month first"),
    ):
        found = read_date(example, order)
        day = f"{found.day} {found:%B %Y}" if found else "no date"
        answers[order.value] = f"{words}: {example} is {day}"
    evidence = profile.date_texts
    count = evidence.either + evidence.day_first + evidence.month_first
    return Question(QuestionKind.DATE_ORDER, header, example, count, answers)


def _ask_decimal_sign(header: str, profile: ColumnProfile) -> Question:
    evidence = profile.number_texts
    example = evidence.example or "1.234"
    point_first = "." in example
    answers = {
        DecimalSign.POINT.value: "decimal point: ",
        DecimalSign.COMMA.value: "decimal comma: ",
    }
    whole = example.replace(".", "").replace(",", "")
    fraction = example.replace(",", ".")
    answers[DecimalSign.POINT.value] += f"{example} is {fraction if point_first else whole}"
    answers[DecimalSign.COMMA.value] += f"{example} is {whole if point_first else fraction}"
    count = evidence.either + evidence.point + evidence.comma
    return Question(QuestionKind.DECIMAL_SIGN, header, example, count, answers)
