"""Labelled sets in folders."""

import gzip
from pathlib import Path

import pytest

from agent.errors import Unreadable
from evals.material import Material
from evals.rows import Absent, evenly, read_rows


def test_plain_and_compressed_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n\n{"a": 2}\n', encoding="utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"b": "æ"}\n')
    assert read_rows(tmp_path / "a.jsonl") == [{"a": 1}, {"a": 2}]
    assert read_rows(tmp_path / "b.jsonl.gz") == [{"b": "æ"}]


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Absent, match=r"a\.jsonl is not in"):
        read_rows(tmp_path / "a.jsonl")


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_set_that_holds_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no JSON")
    with pytest.raises(Unreadable):
        read_rows(tmp_path / name)


def test_a_limit_takes_items_from_beginning_to_end() -> None:
    assert evenly(range(10), 5) == [0, 2, 4, 6, 8]
    assert evenly(range(3), 5) == [0, 1, 2]


def test_a_folder_that_was_not_given_is_asked_for() -> None:
    material = Material()
    with pytest.raises(Absent, match="--peers"):
        material.peers("x.jsonl.gz")
    with pytest.raises(Absent, match="--small"):
        material.small("x.jsonl")


def test_the_limit_of_the_run_beats_the_scorers_own(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(f'{{"n": {n}}}\n' for n in range(10)), encoding="utf-8")
    assert len(Material(peers=tmp_path).peers("a.jsonl", 4)) == 4
    assert len(Material(peers=tmp_path, limit=2).peers("a.jsonl", 4)) == 2
    assert len(Material(peers=tmp_path, limit=2).peers("a.jsonl")) == 10


def test_it_is_said_how_far_the_work_is() -> None:
    heard: list[tuple[str, int, int]] = []
    material = Material(said=lambda what, done, total: heard.append((what, done, total)))
    assert list(material.each("work", "ab")) == ["a", "b"]
    assert heard == [("work", 0, 2), ("work", 1, 2), ("work", 2, 2)]
