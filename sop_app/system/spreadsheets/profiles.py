"""What a column holds, counted over all of its cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sop_app.system.spreadsheets.cells import EMPTY, decode, show, unescape
from sop_app.system.spreadsheets.date_text import DateEvidence
from sop_app.system.spreadsheets.number_text import NumberEvidence

SAMPLE_COUNT = 5
_LONGEST_FIGURE = 40
_DIGIT = re.compile("[0-9]")


class ColumnKind(StrEnum):
    EMPTY = "empty"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    TEXT = "text"
    MIXED = "mixed"


@dataclass
class ColumnProfile:
    """The content of one column below the header; every count is a count of cells.

    Attributes:
        index: Position in the sheet, 0 for column A.
        header: Text of the header cell as written, or "" without a header.
        empty: Cells without content.
        numbers: True numbers. Numbers written as text are in ``texts`` and ``number_texts``.
        dates: True dates. Dates written as text are in ``texts`` and ``date_texts``.
        booleans: TRUE and FALSE.
        faults: Error values such as #N/A.
        durations: Times of day and durations.
        texts: All texts.
        number_texts: How those of the texts that can be numbers are written.
        date_texts: How those of the texts that can be dates are written.
        samples: The first distinct contents, as shown to the user.
    """

    index: int
    header: str = ""
    empty: int = 0
    numbers: int = 0
    dates: int = 0
    booleans: int = 0
    faults: int = 0
    durations: int = 0
    texts: int = 0
    number_texts: NumberEvidence = field(default_factory=NumberEvidence)
    date_texts: DateEvidence = field(default_factory=DateEvidence)
    samples: list[str] = field(default_factory=list)

    @property
    def filled(self) -> int:
        """Count the cells with content."""
        return self.numbers + self.dates + self.booleans + self.faults + self.durations + self.texts

    @property
    def kind(self) -> ColumnKind:
        """Name what the whole column can be read as; one cell that does not fit makes it mixed."""
        filled = self.filled
        if not filled:
            return ColumnKind.EMPTY
        if self.numbers + self.number_texts.count == filled:
            return ColumnKind.NUMBER
        if self.dates + self.date_texts.count == filled:
            return ColumnKind.DATE
        if self.booleans == filled:
            return ColumnKind.BOOLEAN
        return ColumnKind.TEXT if self.texts == filled else ColumnKind.MIXED

    def add(self, counts: Mapping[str, int]) -> None:
        """Take tokens into account, each standing in so many cells."""
        for token, count in counts.items():
            letter = token[0]
            if letter == "n":
                self.numbers += count
            elif letter == "s":
                self._add_text(token, count)
            elif token == EMPTY:
                self.empty += count
            elif letter == "d":
                self.dates += count
            elif letter == "b":
                self.booleans += count
            elif letter == "e":
                self.faults += count
            else:
                self.durations += count
            if len(self.samples) < SAMPLE_COUNT:
                self._add_sample(token)

    def _add_text(self, token: str, count: int) -> None:
        """Count a text; only a short one with a digit can be a number or a date."""
        self.texts += count
        if len(token) > _LONGEST_FIGURE or not _DIGIT.search(token):
            return
        text = unescape(token[1:])
        self.number_texts.add(text, count)
        self.date_texts.add(text, count)

    def _add_sample(self, token: str) -> None:
        shown = show(decode(token))[:80]
        if shown and shown not in self.samples:
            self.samples.append(shown)
