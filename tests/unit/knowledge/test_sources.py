"""Articles and cases out of files: what can be read is taken, the rest is named with its line."""

import json
from pathlib import Path

import pytest

from knowledge.search import Document, DocumentKind
from knowledge.sources import Unusable, find_files, read_articles, read_cases
from tests.pdfs import pdf


def language_of(_text: str) -> str:
    return "sv"


def test_json_lines_become_articles_and_bad_rows_are_named(tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    good = {"id": "a", "lang": "da", "title": "Titel", "body": "Tekst", "category": "billing"}
    file.write_text("\n".join([json.dumps(good), "{broken", json.dumps({"id": "b"}), json.dumps([1])]))
    first, *rest = read_articles(file, language_of)
    assert first == Document("a", DocumentKind.ARTICLE, "da", "Titel", "Tekst", "billing")
    assert [one.place.rpartition(":")[2] for one in rest if isinstance(one, Unusable)] == ["2", "3", "4"]


def test_a_missing_language_is_detected(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({"id": "c", "question": "Fråga?", "answer": "Svar."}))
    [case] = read_cases(file, language_of)
    assert isinstance(case, Document)
    assert (case.kind, case.language, case.title) == (DocumentKind.CASE, "sv", "Fråga?")


def test_markdown_takes_its_title_from_the_heading_and_the_rest_from_front_matter(tmp_path: Path) -> None:
    file = tmp_path / "returns.md"
    file.write_text("---\nlang: en\ncategory: delivery\n---\n# Returns\n\nWithin 30 days.\n")
    [page] = read_articles(file, language_of)
    assert page == Document("returns", DocumentKind.ARTICLE, "en", "Returns", "Within 30 days.", "delivery")


def test_html_is_read_without_scripts_and_navigation(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        "<html lang=de><title>T</title><nav>Menu</nav><h1>Rückgabe</h1><script>x()</script><p>30 Tage.</p></html>"
    )
    [page] = read_articles(file, language_of)
    assert isinstance(page, Document)
    assert (page.title, page.language) == ("Rückgabe", "de")
    assert "30 Tage." in page.body
    assert not {"Menu", "x()"} & set(page.body.split())


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b""])
def test_a_broken_pdf_is_named_and_does_no_harm(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "manual.pdf"
    file.write_bytes(content)
    [problem] = read_articles(file, language_of)
    assert isinstance(problem, Unusable)


def test_an_empty_page_is_named(tmp_path: Path) -> None:
    file = tmp_path / "empty.md"
    file.write_text("\n")
    [problem] = read_articles(file, language_of)
    assert isinstance(problem, Unusable)


def test_folders_are_searched_for_readable_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.md", "deep/b.html", "c.exe"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in find_files([tmp_path])] == ["a.md", "b.html"]


def read_pdf(folder: Path, content: bytes) -> Document | Unusable:
    file = folder / "manual.pdf"
    file.write_bytes(content)
    [found] = read_articles(file, language_of)
    return found


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    found = read_pdf(tmp_path, pdf("Press the red button.", "Wait two minutes."))
    assert isinstance(found, Document)
    assert found.body == "Press the red button.\n\nWait two minutes."
    assert found.title == "manual"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf("Secret.", password="x"), "protected by a password"),
        (pdf("", ""), "pictures of text only"),
        (pdf("Press the red button.")[:200], "readable PDF"),
        (pdf("", times=501), "more than 500 pages"),
    ],
    ids=["locked", "scanned", "cut off", "endless"],
)
def test_why_a_pdf_gives_nothing_is_said_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    found = read_pdf(tmp_path, content)
    assert isinstance(found, Unusable)
    assert reason in found.reason


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "large.md"
    with file.open("wb") as sparse:
        sparse.truncate(20_000_001)
    [found] = read_articles(file, language_of)
    assert isinstance(found, Unusable)
    assert "larger than 20 MB" in found.reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", '<meta charset="iso-8859-1"><h1>Rückgabe</h1><p>Größe ändern</p>'.encode("latin-1")),
        ("a.html", "<h1>Rückgabe</h1><p>Größe ändern</p>".encode()),
        ("a.md", "# Rückgabe\n\nGröße ändern".encode("cp1252")),
        ("a.txt", "# Rückgabe\n\nGröße ändern".encode("utf-16")),
        ("a.md", "\ufeff# Rückgabe\n\nGröße ändern".encode()),
    ],
)
def test_older_encodings_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    [page] = read_articles(file, language_of)
    assert isinstance(page, Document)
    assert page.title == "Rückgabe"
    assert page.body.endswith("Größe ändern")
