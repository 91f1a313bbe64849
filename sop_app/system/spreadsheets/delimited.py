"""Read CSV, TSV and text exports whose encoding and delimiter nobody wrote down."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sop_app.system.spreadsheets.errors import FileUnreadableError, UnsupportedFileError
from sop_app.system.spreadsheets.formula_guard import unguard_text
from sop_app.system.spreadsheets.limits import ReadLimits

DELIMITERS = (",", ";", "\t", "|")

_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_ROWS = 200
_NO_SPLIT = (0.0, 0)
_FIRST_ROW_WEIGHT = 0.3
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY_ENCODINGS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "iso8859_15",
    "cp932",
    "gb18030",
    "big5",
    "cp949",
]


@dataclass(frozen=True)
class TextDialect:
    """How a text file is written: its encoding, its delimiter, and an Excel ``sep=`` line."""

    encoding: str
    delimiter: str
    has_hint_line: bool = False


def detect_dialect(path: Path, name: str) -> TextDialect:
    """Find out the encoding and the delimiter of a text file from its content.

    UTF-8 is believed when the whole file is valid UTF-8; otherwise the encoding whose letters make
    the most sense is taken. The delimiter is the one that gives most rows the same number of
    columns.

    Raises:
        UnsupportedFileError: The content is not text.
    """
    encoding = _detect_encoding(path, name)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
    if sum(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in sample) > len(sample) // 1000:
        raise UnsupportedFileError(name, "not a spreadsheet but binary content")
    hint = sample[:6].lower().rstrip("\r\n")
    if hint.startswith("sep=") and hint[4:5] in DELIMITERS:
        return TextDialect(encoding, hint[4], has_hint_line=True)
    return TextDialect(encoding, _detect_delimiter(sample))


def read_delimited(
    path: Path, name: str, dialect: TextDialect, limits: ReadLimits
) -> Iterator[list[str]]:
    """Yield the rows of a text file, blank ones included, so that their count is Excel's row number.

    The guard that exports put before text such as ``=1+1`` is taken away.

    Raises:
        FileUnreadableError: A quoted text never ends, or a byte does not fit the encoding.
    """
    csv.field_size_limit(limits.cell_characters)
    number = 0
    with path.open(encoding=dialect.encoding, newline="") as file:
        try:
            for row in csv.reader(file, delimiter=dialect.delimiter):
                number += 1
                if number == 1 and dialect.has_hint_line:
                    row = []
                yield [unguard_text(cell) for cell in row] if "'" in "".join(row) else row
        except csv.Error:
            raise FileUnreadableError(
                name,
                f"a text in row {number + 1} is longer than {limits.cell_characters:,} "
                "characters, as if a quotation mark were missing",
            ) from None
        except UnicodeDecodeError as error:
            raise FileUnreadableError(
                name, f"after row {number} it is not {error.encoding} text"
            ) from None


def _detect_encoding(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(4)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(1024 * 1024):
                if b"\0" in block:
                    raise UnsupportedFileError(name, "not a spreadsheet but binary content")
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            file.seek(0)
            return _guess_encoding(file.read(_SAMPLE_CHARACTERS))
    return "utf-8"


def _guess_encoding(sample: bytes) -> str:
    """Weigh the encodings business files come in; Western European when nothing fits better."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LIKELY_ENCODINGS).best()
    return best.encoding if best is not None else "cp1252"


def _detect_delimiter(sample: str) -> str:
    """Take the delimiter that gives most rows, the first above all, the same number of columns."""
    if len(sample) == _SAMPLE_CHARACTERS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {sign: _rate_delimiter(sample, sign) for sign in DELIMITERS}
    best = max(scores, key=lambda sign: scores[sign])
    return best if scores[best] > _NO_SPLIT else ","


def _rate_delimiter(sample: str, delimiter: str) -> tuple[float, int]:
    """Rate how well the rows agree on a width above one, the first row most; give the width too."""
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
    except csv.Error:
        return _NO_SPLIT
    split = Counter(width for width in widths if width > 1)
    if not split:
        return _NO_SPLIT
    width, count = max(split.items(), key=lambda item: (item[1], item[0]))
    agreement = count / len(widths) + _FIRST_ROW_WEIGHT * (widths[0] == width)
    return (agreement, width)
