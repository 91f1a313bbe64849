"""Keep exported text from being run as a formula, and take the guard away again when reading.

A program that opens a CSV file takes a text beginning with ``=``, ``+``, ``-``, ``@``, a tab or a
carriage return for a formula, also behind blanks and in the full-width forms East Asian keyboards
produce. RFC 4180 quoting does not prevent it. Such a text is written with one apostrophe in front.
Reading strips exactly one apostrophe where, and only where, a guard can have been written, so a
text that already looked guarded survives the round trip too.

Workbooks need no guard: a text cell is written as text and stays text.
"""

import re

_TRIGGERED = re.compile(r"'*(?:[\t\r\n\0]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_GUARDED = re.compile(r"'+(?:[\t\r\n\0]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def guard_text(text: str) -> str:
    """Put an apostrophe before a text a spreadsheet program would calculate.

    Example:
        >>> guard_text("=1+1"), guard_text("'-5"), guard_text("plain"), guard_text("O'Neil")
        ("'=1+1", "''-5", 'plain', "O'Neil")
    """
    return "'" + text if _TRIGGERED.match(text) else text


def unguard_text(text: str) -> str:
    """Undo `guard_text`; a text without a guard is returned as it is.

    Example:
        >>> unguard_text("'=1+1"), unguard_text("''-5"), unguard_text("'quoted'")
        ('=1+1', "'-5", "'quoted'")
    """
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
