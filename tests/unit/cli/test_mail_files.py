"""Mails are found in files of all usual kinds, in the order in which they were given."""

import base64
import io
import json
import sys
from pathlib import Path

import pytest

from agent.cli.mail_files import mails_of
from agent.errors import WrongUse

FIRST = b"Subject: first\n\nHello\n"
SECOND = b"Subject: second\n\nFrom here on\n"  # not the line that parts two mails of an mbox


def of(*paths: Path, json_lines: bool = False) -> list[tuple[bytes | None, str]]:
    return list(mails_of(list(paths), json_lines=json_lines))


def stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_eml_files_and_folders_are_read_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    (folder / "deeper").mkdir(parents=True)
    (folder / "b.eml").write_bytes(SECOND)
    (folder / "a.eml").write_bytes(FIRST)
    (folder / "deeper" / "c.eml").write_bytes(FIRST)
    (folder / "notes.txt").write_text("no mail")
    single = tmp_path / "single"
    single.write_bytes(SECOND)
    assert [raw for raw, _ in of(single, folder)] == [SECOND, FIRST, SECOND, FIRST]


def test_an_mbox_is_taken_apart(tmp_path: Path) -> None:
    box = tmp_path / "inbox.mbox"
    box.write_bytes(
        b"From a Mon Nov 23 08:00:00 2026\n" + FIRST + b"\nFrom b Mon Nov 23 08:01:00 2026\n" + SECOND
    )
    mails = of(box)
    assert [source for _, source in mails] == [f"{box}:1", f"{box}:2"]
    assert [raw for raw, _ in mails] == [FIRST + b"\n", SECOND]


def test_a_maildir_is_read(tmp_path: Path) -> None:
    for place in ("cur", "new", "tmp"):
        (tmp_path / place).mkdir()
        (tmp_path / place / f"1.{place}").write_bytes(FIRST)
    assert len(of(tmp_path)) == 2


def test_json_lines_give_mails_and_bad_lines_keep_their_place(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    lines = [
        json.dumps({"id": "x-1", "eml_b64": base64.b64encode(FIRST).decode()}),
        "{broken",
        json.dumps({"eml": SECOND.decode()}),
        json.dumps(["no object"]),
        json.dumps({"id": "no mail"}),
    ]
    file.write_text("\n".join(lines))
    places = [f"{file}:x-1", f"{file}:2", f"{file}:3", f"{file}:4", f"{file}:5"]
    assert of(file) == list(zip([FIRST, None, SECOND, None, None], places, strict=True))


def test_stdin_holds_one_mail_an_mbox_or_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, FIRST)
    assert of(Path("-")) == [(FIRST, "-")]
    stdin(monkeypatch, b"From a Mon Nov 23 08:00:00 2026\n" + FIRST)
    assert [source for _, source in of(Path("-"))] == ["-:1"]
    stdin(monkeypatch, json.dumps({"id": 7, "eml": FIRST.decode()}).encode())
    assert of(Path("-"), json_lines=True) == [(FIRST, "-:7")]


def test_an_empty_file_is_a_mail_that_cannot_be_read_and_no_reason_to_stop(tmp_path: Path) -> None:
    empty = tmp_path / "empty.eml"
    empty.touch()
    assert of(empty) == [(b"", str(empty))]


def test_a_path_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        mails_of([tmp_path / "nothing.eml"])


def test_a_folder_without_mails_says_what_counts_as_one(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Hello")
    with pytest.raises(WrongUse, match=r"no mail in .*") as refused:
        mails_of([tmp_path])
    assert ".eml" in refused.value.remedy
