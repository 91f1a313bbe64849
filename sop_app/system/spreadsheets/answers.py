"""Answer in words what a person chooses on the screen of an import: what the command line does."""

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.spreadsheets.batches import StagedFile, open_staged, titles_of
from sop_app.system.spreadsheets.mapping import Mapping, column_title
from sop_app.system.spreadsheets.questions import QuestionKind


@dataclass(frozen=True)
class Answers:
    """What a person says about a file; what is left out is found or takes its default.

    Attributes:
        mapping: Name of a saved mapping; else the last one saved that fits the file.
        sheet: Name of the sheet.
        columns: Field to the header of its column.
        choices: Option of the kind to its answer.
        readings: Header to how its cells are read: day_first, month_first, point or comma.
    """

    mapping: str = ""
    sheet: str = ""
    columns: MappingType[str, str] = field(default_factory=dict)
    choices: MappingType[str, str] = field(default_factory=dict)
    readings: MappingType[str, str] = field(default_factory=dict)


def give_answers(staged: StagedFile, answers: Answers) -> StagedFile:
    """Lay a person's answers over what was found in a file.

    Returns:
        The file with the mapping that results; nothing is left to be asked.

    Raises:
        InvalidInputError: An answer names what is not there, a column is missing, or one can be
            read in two ways; the message says what to answer.
    """
    _check_names(staged, answers)
    kept = staged.mapping
    columns = {
        name: header
        for name, header in kept.columns.items()
        if header not in answers.columns.values()
    }
    staged = _with_mapping(
        staged,
        replace(
            kept,
            columns={**columns, **answers.columns},
            options={**kept.options, **answers.choices},
        ),
    )
    staged = _with_mapping(staged, _with_readings(staged, answers.readings))
    _require_answered(staged)
    return staged


def _with_mapping(staged: StagedFile, mapping: Mapping) -> StagedFile:
    staged.batch.mapping = mapping.to_json()
    return open_staged(staged.batch)


def _check_names(staged: StagedFile, answers: Answers) -> None:
    """Refuse answers about fields, columns and choices that are not there.

    Raises:
        InvalidInputError: Names them and what there is.
    """
    headers = _headers(staged)
    fields = [item.name for item in staged.kind.fields if not item.is_month_series]
    options = {option.name: option for option in staged.kind.options}
    problems: dict[str, str] = {}
    for name in answers.columns.keys() - set(fields):
        problems[name] = f"There is no field {name}. Choose {_any_of(fields)}."
    for header in {*answers.columns.values(), *answers.readings} - set(headers):
        problems[header] = f"There is no column {header}. Choose {_any_of(headers)}."
    for name, answer in answers.choices.items():
        if name not in options:
            problems[name] = f"There is no choice {name}. There is {_any_of(options, 'and')}."
        elif answer not in options[name].choices:
            problems[name] = f"{name} cannot be {answer}. Choose {_any_of(options[name].choices)}."
    if problems:
        raise InvalidInputError(problems)


def _with_readings(staged: StagedFile, readings: MappingType[str, str]) -> Mapping:
    """Answer the open questions about columns.

    Raises:
        InvalidInputError: An answer is none of those the question has.
    """
    mapping = staged.mapping
    for question in staged.questions():
        answer = readings.get(question.column)
        if answer is None:
            continue
        if answer not in question.answers:
            words = f"{question.column} cannot be read as {answer}."
            words += f" Choose {_any_of(question.answers)}."
            raise InvalidInputError({question.column: words})
        if question.kind is QuestionKind.DATE_ORDER:
            given = {**mapping.date_orders, question.column: answer}
            mapping = replace(mapping, date_orders=given)
        else:
            given = {**mapping.decimal_signs, question.column: answer}
            mapping = replace(mapping, decimal_signs=given)
    return mapping


def _require_answered(staged: StagedFile) -> None:
    """Refuse to go on while a column is missing or a question open.

    Raises:
        InvalidInputError: Says how to answer.
    """
    problems: dict[str, str] = {}
    for items in staged.missing_fields():
        hints = [f"--column {item.name}=HEADER" for item in items if not item.is_month_series]
        problems[items[0].name] = f"{titles_of(items)} ({' or '.join(hints)})"
    words = ""
    if problems:
        words = (
            f"Sheet {staged.sheet.name} has no column known as {'; nor as '.join(problems.values())}."
            f" Its columns are {_any_of(_headers(staged), 'and')}. "
        )
    for question in staged.questions():
        answers = " or ".join(
            f'--read "{question.column}={answer}" ({meaning})'
            for answer, meaning in question.answers.items()
        )
        problems[question.column] = f"{question.column} can be read in two ways: say {answers}. "
        words += problems[question.column]
    if problems:
        raise InvalidInputError(problems, words.strip())


def _headers(staged: StagedFile) -> list[str]:
    return [column_title(column, staged.sheet.columns) for column in staged.sheet.columns]


def _any_of(names: Iterable[str], word: str = "or") -> str:
    *others, last = list(names) or ["none"]
    return f"{', '.join(others)} {word} {last}" if others else last
