"""Why a spreadsheet is refused. Every message tells the person what to do about it."""

from sop_app.kernel.errors import AppError


class SpreadsheetError(AppError):
    """Base of every refusal of a file; ``facts`` are the arguments it was made with.

    The reading process raises these; `to_wire` and `from_wire` carry them to the process that
    asked, where the same error is raised again.
    """

    def __init__(self, message: str, **facts: str | int) -> None:
        super().__init__(message)
        self.facts = facts
        for name, fact in facts.items():
            setattr(self, name, fact)


class EmptySpreadsheetError(SpreadsheetError):
    """The file holds no cell with content."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is empty: no sheet holds a filled cell.", name=name)


class NoRowsError(SpreadsheetError):
    """The table that is meant has a header at most."""

    def __init__(self, name: str, sheet: str) -> None:
        super().__init__(
            f"{name} holds no rows: nothing stands below the header of sheet {sheet}.",
            name=name,
            sheet=sheet,
        )


class PasswordProtectedError(SpreadsheetError):
    """The file is encrypted with a password."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is protected with a password. Remove the password in Excel and try again.",
            name=name,
        )


class UnsupportedFileError(SpreadsheetError):
    """The file is of a kind that is not read."""

    def __init__(self, name: str, content: str) -> None:
        super().__init__(
            f"{name} is {content}, which cannot be read. "
            "Save it as an Excel workbook (.xlsx) or as CSV and try again.",
            name=name,
            content=content,
        )


class WrongExtensionError(SpreadsheetError):
    """The content of the file is not what its name says."""

    def __init__(self, name: str, content: str, extension: str) -> None:
        super().__init__(
            f"{name} is in fact {content}. Rename it so that it ends in {extension} and try again.",
            name=name,
            content=content,
            extension=extension,
        )


class FileTooLargeError(SpreadsheetError):
    """A size of the file passes a limit; ``what`` names the size."""

    def __init__(self, name: str, what: str, limit: str) -> None:
        super().__init__(
            f"{name} {what}; the limit is {limit}. Split the file or remove what is not needed.",
            name=name,
            what=what,
            limit=limit,
        )


class SuspiciousFileError(SpreadsheetError):
    """The file is built in a way that harms programs reading it."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} was refused for safety: {reason}. "
            "Open it in Excel, save it as a new workbook and try again.",
            name=name,
            reason=reason,
        )


class FileUnreadableError(SpreadsheetError):
    """The content is damaged, or reading it ended the reading process."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} cannot be read: {reason}. "
            "Open it in Excel, save it as a new workbook and try again.",
            name=name,
            reason=reason,
        )


class ReadingTimeError(SpreadsheetError):
    """Reading took longer than allowed and was stopped."""

    def __init__(self, name: str, seconds: int) -> None:
        super().__init__(
            f"{name} could not be read within {seconds} seconds and was given up. "
            "Split the file or save it as CSV and try again.",
            name=name,
            seconds=seconds,
        )


class SheetNotFoundError(SpreadsheetError):
    """The workbook has no sheet of that name."""

    def __init__(self, name: str, sheet: str) -> None:
        super().__init__(f"{name} has no sheet named {sheet} that holds rows.", sheet=sheet)


class CellTooLongError(SpreadsheetError):
    """A text is longer than a cell of an Excel workbook can hold."""

    def __init__(self, column: str, length: int) -> None:
        super().__init__(
            f"A text of {length:,} characters in {column} does not fit into an Excel cell "
            "(32,767 characters). Export as CSV instead.",
            column=column,
            length=length,
        )


_WIRE = {
    error.__name__: error
    for error in (
        EmptySpreadsheetError,
        PasswordProtectedError,
        UnsupportedFileError,
        WrongExtensionError,
        FileTooLargeError,
        SuspiciousFileError,
        FileUnreadableError,
    )
}


def to_wire(error: SpreadsheetError) -> dict[str, object]:
    """Describe a refusal so that another process can raise it again."""
    return {"refused": type(error).__name__, "facts": error.facts}


def from_wire(message: dict[str, object], name: str) -> SpreadsheetError:
    """Build the refusal that the reading process described.

    An unknown or damaged description becomes ``FileUnreadableError``: the reading process has
    touched hostile bytes and is not trusted.
    """
    made = _WIRE.get(str(message.get("refused")))
    facts = message.get("facts")
    if made is None or not isinstance(facts, dict):
        return FileUnreadableError(name, "the reading process gave no reason")
    try:
        return made(**{str(key): value for key, value in facts.items()})
    except TypeError:
        return FileUnreadableError(name, "the reading process gave no reason")
