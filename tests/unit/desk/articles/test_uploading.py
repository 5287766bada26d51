"""Uploaded files: each is read in a process of its own, and what became of it is said."""

import io

import pytest

from agent.desk.articles import uploading
from agent.desk.articles.uploading import UploadedFile, take_files
from agent.desk.steps.indexing import INDEX
from agent.errors import WrongUse
from agent.store.tables import DocumentRow
from tests.house import TestHouse

PAGE = b"# Printing labels\n\nOpen Labels and press Print."


def take(home: TestHouse, name: str, content: bytes = PAGE) -> UploadedFile:
    [told] = take_files(home.house, [(name, io.BytesIO(content))], person=home.person)
    return told


def test_an_article_is_kept_with_its_file_as_origin_and_indexed_soon(home: TestHouse) -> None:
    told = take(home, "labels.md")
    assert [(line.outcome, line.title) for line in told.lines] == [("added", "Printing labels")]
    with home.store.reading() as session:
        row = session.get_one(DocumentRow, "labels")
        assert (row.origin, row.language) == ("labels.md", "en")
    assert (INDEX, 0) in home.doorbell.rung


def test_the_same_file_again_changes_nothing_and_a_new_version_replaces_the_old(home: TestHouse) -> None:
    take(home, "labels.md")
    assert take(home, "labels.md").lines[0].outcome == "unchanged"
    assert take(home, "labels.md", PAGE + b" Twice.").lines[0].outcome == "updated"


def test_a_line_of_a_list_that_cannot_be_used_is_named(home: TestHouse) -> None:
    good = b'{"id": "a", "lang": "da", "title": "Titel", "body": "Tekst"}'
    told = take(home, "list.jsonl", good + b"\n{broken\n")
    assert told.lines[0].outcome == "added"
    assert told.lines[1].reason.startswith("Line 2: It is not JSON")


def test_a_large_file_is_refused_before_it_is_read(home: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MAX_BYTES", 10)
    told = take(home, "labels.md")
    assert not told.taken
    assert "larger than" in told.lines[0].reason


def test_a_file_that_takes_for_ever_takes_only_its_own_process(
    home: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "SECONDS", 0.01)
    assert "took too long" in take(home, "labels.md").lines[0].reason


@pytest.mark.parametrize("count", [0, uploading.MOST_FILES + 1])
def test_too_few_or_too_many_files_are_refused(home: TestHouse, count: int) -> None:
    with pytest.raises(WrongUse):
        take_files(home.house, [("a.md", io.BytesIO(PAGE))] * count, person=home.person)


def test_a_path_in_the_name_stays_outside(home: TestHouse) -> None:
    take(home, "..\\..//etc/pass wd.txt", b"Plain words of an article.")
    with home.store.reading() as session:
        assert session.get(DocumentRow, "pass wd") is not None
