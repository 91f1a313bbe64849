"""Text files as people export them: encodings, delimiters, guards, broken quotes."""

import pytest

from sop_app.system.spreadsheets.delimited import detect_dialect, read_delimited
from sop_app.system.spreadsheets.errors import FileUnreadableError, UnsupportedFileError
from sop_app.system.spreadsheets.limits import ReadLimits

GERMAN = "Artikel;Größe;Preis\nÄpfel;1,5;2,50\nMöhren;2,0;3,10\nKäse;0,5;12,00\n"


def rows_of(path, name="file.csv"):
    return list(read_delimited(path, name, detect_dialect(path, name), ReadLimits()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_umlauts_are_read_in_every_encoding_excel_writes(tmp_path, encoding):
    path = tmp_path / "file.csv"
    path.write_bytes((GERMAN * 20).encode(encoding))
    rows = rows_of(path)
    assert rows[:2] == [["Artikel", "Größe", "Preis"], ["Äpfel", "1,5", "2,50"]]
    assert len(rows) == 80


def test_cyrillic_is_told_from_western_letters(tmp_path):
    path = tmp_path / "file.csv"
    line = "Товар;Количество;Цена;Поставщик из города Санкт-Петербург\n"
    path.write_bytes((line * 30).encode("cp1251"))
    assert rows_of(path)[0][:2] == ["Товар", "Количество"]


@pytest.mark.parametrize(
    ("content", "delimiter", "first_row"),
    [
        ("a,b,c\n1,2,3\n", ",", ["a", "b", "c"]),
        ("a;b\n1,5;2,5\n1,0;3,5\n", ";", ["a", "b"]),
        ("a\tb\tc,d\n1\t2\t2,5\n", "\t", ["a", "b", "c,d"]),
        ("a|b\n1|2\n", "|", ["a", "b"]),
        ("Report of sales, May\n\na;b;c\n1;2;3\n4;5;6\n", ";", ["Report of sales, May"]),
        ('a,b\n"x;y;z",1\n"p;q;r",2\n', ",", ["a", "b"]),
        ("one column\nvalue\n", ",", ["one column"]),
        ("sep=;\na;b\n1;2\n", ";", []),
    ],
)
def test_the_delimiter_is_the_one_that_makes_columns(tmp_path, content, delimiter, first_row):
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8")
    assert detect_dialect(path, "file.csv").delimiter == delimiter
    assert rows_of(path)[0] == first_row


def test_row_numbers_count_blank_rows_and_quoted_line_breaks_once(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text('a,b\r\n\r\n"two\r\nlines",2\r\n', newline="")
    assert rows_of(path) == [["a", "b"], [], ["two\r\nlines", "2"]]


def test_a_guard_is_taken_away_and_an_apostrophe_stays(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("a,b\n'=1+1,'quoted'\n' -5,O'Neil\n")
    assert rows_of(path)[1:] == [["=1+1", "'quoted'"], [" -5", "O'Neil"]]


def test_a_quotation_mark_without_end_is_refused_with_its_row(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text('a,b\n1,2\n"never ends,2\n' + "1,2\n" * 20_000)
    with pytest.raises(FileUnreadableError, match="row 3 is longer"):
        rows_of(path)


@pytest.mark.parametrize("content", [b"a,b\0\n1,2\n", bytes(range(1, 32)) * 50])
def test_binary_content_is_no_text_file(tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(UnsupportedFileError, match="binary content"):
        rows_of(path)
