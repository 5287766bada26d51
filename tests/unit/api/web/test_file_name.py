"""File names of strangers."""

import pytest

from api.web.file_name import saved_name, shown_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/x\0.pdf", "x.pdf"),
        ("C:\\temp\\report.pdf", "report.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("", "attachment"),
        ("\u202e", "attachment"),
    ],
)
def test_shown_names_hold_no_path_and_no_disguise(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_a_name_of_500_signs_is_shortened_and_keeps_its_ending() -> None:
    shown = shown_name("x" * 500 + ".pdf")
    assert len(shown) < 90
    assert shown.endswith(".pdf")


@pytest.mark.parametrize(
    ("given", "ending"),
    [("a.PDF", "pdf"), ("a.exe", "bin"), (".htaccess", "bin"), ("a.svg", "bin"), ("a.html", "bin")],
)
def test_saved_names_are_ours_and_endings_harmless(given: str, ending: str) -> None:
    assert saved_name(12, 7, given) == f"case-12-file-7.{ending}"
