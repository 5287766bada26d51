"""Tables as help desks export them: charset, delimiter, columns, and rows that cannot be used."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import Unreadable, WrongUse
from agent.quality.labelled_table import guess_columns, read_csv, read_json_lines

GERMAN = "Nr;Typ;Beschreibung\r\n1;Rechnung;Die Rechnung für März ist falsch, größer als vereinbart.\r\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_any_usual_charset_is_read(charset: str) -> None:
    table = read_csv(GERMAN.encode(charset))
    assert table.delimiter == ";"
    assert "größer" in table.rows[0][1]["Beschreibung"]


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=30
)


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), delimiter=st.sampled_from(";,\t|"))
def test_what_a_spreadsheet_writes_comes_back_whatever_is_in_the_cells(
    rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    table = read_csv(written.getvalue().encode())
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert table.header == ("a", "b", "c")
    assert [tuple(row.values()) for _, row in table.rows] == kept
    assert table.bad_rows == ()


def test_a_row_of_another_width_is_named_by_the_line_it_begins_on_and_the_rest_is_read() -> None:
    table = read_csv(b'text;label\n"two\nlines";a\nshort\nlast one;b\n')
    assert [line for line, _ in table.rows] == [2, 5]
    assert [(row.line, row.reason) for row in table.bad_rows] == [
        (4, "It has 1 cells where the header has 2.")
    ]


def test_excels_hint_about_the_delimiter_is_obeyed() -> None:
    table = read_csv(b"sep=|\ntext|label\na, b; c|x\n")
    assert table.rows == ((3, {"text": "a, b; c", "label": "x"}),)


def test_a_file_without_a_header_of_two_columns_is_refused() -> None:
    with pytest.raises(Unreadable, match="header"):
        read_csv(b"only one column\nand a row\n")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Nr;Typ;Beschreibung;Kunde", {"text": "Beschreibung", "category": "Typ", "name": "Kunde"}),
        ("id;Emne;Besked;Kategori", {"text": "Besked", "subject": "Emne", "category": "Kategori"}),
        ("Ämne;Meddelande;Ärendetyp", {"text": "Meddelande", "subject": "Ämne", "category": "Ärendetyp"}),
    ],
)
def test_columns_are_known_by_what_they_are_called(header: str, expected: dict[str, str]) -> None:
    width = header.count(";")
    assert guess_columns(read_csv(f"{header}\n{'x;' * width}x\n".encode())) == expected


def test_columns_with_names_that_say_nothing_are_known_by_what_is_in_them() -> None:
    lines = [f"k{n};A{n % 2};This is what the customer number {n} wrote to us at length" for n in range(12)]
    table = read_csv("\n".join(["f1;f2;f3", *lines]).encode())
    assert guess_columns(table) == {"text": "f3", "category": "f2"}


def test_a_chosen_column_outdoes_the_guess_and_one_that_is_not_there_is_refused() -> None:
    table = read_csv(GERMAN.encode())
    assert guess_columns(table, {"category": "Nr"})["category"] == "Nr"
    with pytest.raises(WrongUse, match="Typo"):
        guess_columns(table, {"category": "Typo"})


def test_a_line_that_is_no_object_is_named_and_the_others_are_read() -> None:
    table = read_json_lines(b'{"text": "a", "category": "b"}\n[1]\nnonsense\n{"text": null, "n": 3}\n')
    assert [row.line for row in table.bad_rows] == [2, 3]
    assert table.rows[1] == (4, {"text": "", "n": "3"})
