"""A catalogue in which a prompt is tried that is not the latest, or not there yet."""

from pathlib import Path

import pytest

from prompts.catalogue import SHIPPED, Catalogue, PromptError, read_prompt


def in_folder(folder: Path, version: int, language: str = "da") -> Path:
    text = (SHIPPED / "draft" / "v1" / f"{language}.md").read_text(encoding="utf-8")
    path = folder / "draft" / f"v{version}" / f"{language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("version: 1", f"version: {version}"), encoding="utf-8")
    return path


def test_an_older_version_can_be_tried_again(tmp_path: Path) -> None:
    in_folder(tmp_path, 2)
    present = Catalogue(overrides_folder=tmp_path)
    tried = present.trying(present.get("draft", "da", 1))
    assert (present.get("draft", "da").version, tried.get("draft", "da").version) == (2, 1)


def test_a_file_from_anywhere_can_be_tried_and_the_others_stay(tmp_path: Path) -> None:
    lying_about = in_folder(tmp_path, 7).rename(tmp_path / "new.md")
    tried = Catalogue().trying(read_prompt(lying_about))
    assert tried.get("draft", "da").id == "draft/v7/da"
    assert tried.get("draft", "sv").version == Catalogue().get("draft", "sv").version
    assert tried.get("triage", "da").id == Catalogue().get("triage", "da").id


def test_a_file_that_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text("---\ntask: draft\n---\nHello\n", encoding="utf-8")
    with pytest.raises(PromptError, match=r"new\.md"):
        read_prompt(tmp_path / "new.md")
