"""Attached PDFs are read within bounds, and what cannot be read does no harm."""

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from agent.mail import pdf as reader
from agent.mail.message import Attachment
from agent.mail.pdf import texts_of_pdfs
from tests.pdfs import pdf


def attached(content: bytes, name: str = "letter.pdf", kind: str = "application/pdf") -> Attachment:
    return Attachment(name, kind, content)


def test_the_words_of_a_pdf_are_read_whatever_its_sender_calls_it() -> None:
    [text] = texts_of_pdfs([attached(pdf("Hello there."), "photo.png", "image/png")])
    assert "Hello there." in text


def test_no_more_than_the_first_pages_are_read() -> None:
    [text] = texts_of_pdfs([attached(pdf(*(f"Page {number}." for number in range(1, 31))))])
    assert "Page 20." in text
    assert "Page 21." not in text


@pytest.mark.parametrize(
    "content",
    [b"", b"no PDF at all", b"%PDF-1.4 broken", pdf("Secret.")[:-200], pdf("Secret.", password="x")],
    ids=["empty", "another kind", "broken", "cut off", "encrypted"],
)
def test_what_cannot_be_read_is_left_out(content: bytes) -> None:
    assert not any("Secret" in text for text in texts_of_pdfs([attached(content)]))


def test_a_large_file_and_a_fourth_one_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 5_000)
    small, large = pdf("Small."), pdf("Large.") + b" " * 5_000
    assert len(texts_of_pdfs([attached(large), *[attached(small)] * 4])) == 3


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_SECONDS", 0.001)
    assert texts_of_pdfs([attached(pdf("Hello."))]) == []


def test_of_a_file_made_to_be_slow_the_pages_before_count() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf("First.", "Second.", "Third.")))
    endless = DecodedStreamObject()
    endless.set_data(b"BT /F1 12 Tf 10 50 Td (x) Tj ET " * 1_500_000)
    writer.pages[1][NameObject("/Contents")] = writer._add_object(endless.flate_encode())
    made = io.BytesIO()
    writer.write(made)
    [text] = texts_of_pdfs([attached(made.getvalue())])
    assert text.strip() == "First."
