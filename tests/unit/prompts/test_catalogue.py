from pathlib import Path
from typing import Any

import pytest

from prompts.catalogue import Catalogue, PromptError

LANGUAGES = {"da", "nb", "sv", "de", "en"}

FILE = """---
task: greet
version: {version}
language: {language}
description: Says hello.
variables: [name]
{extra}---
Hello {{{{ name }}}}{mark}
"""


def put(folder: Path, version: int = 1, language: str = "en", *, extra: str = "", mark: str = "!") -> Path:
    path = folder / "greet" / f"v{version}" / f"{language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILE.format(version=version, language=language, extra=extra, mark=mark), encoding="utf-8")
    return path


class TestShipped:
    def test_every_task_speaks_all_five_languages(self) -> None:
        spoken: dict[tuple[str, int], set[str]] = {}
        for file in Catalogue():
            spoken.setdefault((file.task, file.version), set()).add(file.language)
        assert {task for task, _ in spoken} == {
            "triage",
            "draft",
            "rewrite",
            "repair",
            "shape",
            "judge",
            "translate",
        }
        assert all(languages == LANGUAGES for languages in spoken.values())

    def test_all_languages_of_a_task_have_the_same_variables(self) -> None:
        variables: dict[tuple[str, int], set[frozenset[str]]] = {}
        for file in Catalogue():
            variables.setdefault((file.task, file.version), set()).add(file.variables)
        assert [task for task, different in variables.items() if len(different) > 1] == []

    def test_no_language_was_copied_from_another(self) -> None:
        texts = [file.render(dict.fromkeys(file.variables, "x")) for file in Catalogue()]
        assert len(set(texts)) == len(texts)

    def test_prompts_with_data_say_how_it_is_fenced_and_have_the_last_word(self) -> None:
        for file in Catalogue():
            if "mark" in file.variables:
                values: dict[str, Any] = dict.fromkeys(file.variables, "") | {"mark": "c0ffee"}
                rendered = Catalogue().render(file.task, file.language, **values)
                assert "c0ffee" in rendered.text
                assert rendered.after


class TestRendering:
    def test_values_are_filled_in_and_the_id_names_the_file(self, tmp_path: Path) -> None:
        put(tmp_path)
        rendered = Catalogue(tmp_path).render("greet", "en", name="Anna")
        assert (rendered.id, rendered.text) == ("greet/v1/en", "Hello Anna!")

    def test_a_missing_value_is_named(self, tmp_path: Path) -> None:
        put(tmp_path)
        with pytest.raises(PromptError, match=r"greet/v1/en: no value for name"):
            Catalogue(tmp_path).render("greet", "en")

    def test_an_unknown_value_is_named(self, tmp_path: Path) -> None:
        put(tmp_path)
        with pytest.raises(PromptError, match=r"no variable surname"):
            Catalogue(tmp_path).render("greet", "en", name="Anna", surname="Berg")

    def test_a_value_that_looks_like_a_template_stays_literal(self, tmp_path: Path) -> None:
        put(tmp_path)
        assert Catalogue(tmp_path).render("greet", "en", name="{{ 7*7 }}").text == "Hello {{ 7*7 }}!"

    def test_what_follows_the_data_is_handed_over_apart(self, tmp_path: Path) -> None:
        put(tmp_path, mark="!\n\n<!-- data -->\n\nNow answer {{ name }}.")
        rendered = Catalogue(tmp_path).render("greet", "en", name="Anna")
        assert (rendered.text, rendered.after) == ("Hello Anna!", "Now answer Anna.")

    def test_a_template_reaches_nothing_but_its_values(self, tmp_path: Path) -> None:
        put(tmp_path, mark="{{ name.__class__.__mro__ }}")
        with pytest.raises(PromptError, match="cannot be filled in"):
            Catalogue(tmp_path).render("greet", "en", name="Anna")


class TestVersions:
    def test_the_latest_is_taken_unless_one_is_named(self, tmp_path: Path) -> None:
        put(tmp_path, 2, mark=" (two)")
        put(tmp_path, 10, mark=" (ten)")
        catalogue = Catalogue(tmp_path)
        assert catalogue.render("greet", "en", name="A").text == "Hello A (ten)"
        assert catalogue.render("greet", "en", 2, name="A").text == "Hello A (two)"

    def test_a_companys_file_replaces_the_shipped_one_and_is_told_apart(self, tmp_path: Path) -> None:
        put(tmp_path / "shipped")
        put(tmp_path / "own", mark=", dear customer.")
        shipped = Catalogue(tmp_path / "shipped").get("greet", "en")
        own = Catalogue(tmp_path / "shipped", tmp_path / "own").get("greet", "en")
        assert own.render({"name": "A"}) == "Hello A, dear customer."
        assert own.id == shipped.id
        assert own.digest != shipped.digest

    def test_a_companys_new_version_counts_for_its_language_alone(self, tmp_path: Path) -> None:
        put(tmp_path / "shipped", language="en")
        put(tmp_path / "shipped", language="da")
        put(tmp_path / "own", 2, "da")
        catalogue = Catalogue(tmp_path / "shipped", tmp_path / "own")
        assert catalogue.get("greet", "da").id == "greet/v2/da"
        assert catalogue.get("greet", "en").id == "greet/v1/en"

    @pytest.mark.parametrize(
        "wanted", [("greet", "fi", "latest"), ("bow", "en", "latest"), ("greet", "en", 3)]
    )
    def test_what_does_not_exist_is_named(self, tmp_path: Path, wanted: tuple[str, str, object]) -> None:
        put(tmp_path)
        with pytest.raises(PromptError, match="There is no prompt for"):
            Catalogue(tmp_path).get(*wanted)  # type: ignore[arg-type]


class TestBadFiles:
    """Each stops the start with a sentence that names the file."""

    def refused(self, folder: Path, match: str) -> None:
        with pytest.raises(PromptError, match=match):
            Catalogue(folder)

    def test_an_unknown_key_in_the_head(self, tmp_path: Path) -> None:
        put(tmp_path, extra="temprature: 0\n")
        self.refused(tmp_path, r"greet/v1/en\.md: temprature: Extra inputs")

    def test_a_missing_key(self, tmp_path: Path) -> None:
        path = put(tmp_path)
        path.write_text(path.read_text().replace("description: Says hello.\n", ""))
        self.refused(tmp_path, r"greet/v1/en\.md: description: Field required")

    def test_a_variable_used_but_not_declared(self, tmp_path: Path) -> None:
        put(tmp_path, mark="{{ surname }}")
        self.refused(tmp_path, r"greet/v1/en\.md: declared and used variables differ: surname")

    def test_a_variable_declared_but_not_used(self, tmp_path: Path) -> None:
        path = put(tmp_path)
        path.write_text(path.read_text().replace("[name]", "[name, mood]"))
        self.refused(tmp_path, "differ: mood")

    def test_a_head_that_contradicts_the_place(self, tmp_path: Path) -> None:
        put(tmp_path, language="en").rename(tmp_path / "greet" / "v1" / "da.md")
        self.refused(tmp_path, r"greet/v1/da\.md: its head says greet, v1, en")

    @pytest.mark.parametrize("broken", ["{% if name %}", "{{ name"])
    def test_a_template_that_does_not_parse(self, tmp_path: Path, broken: str) -> None:
        put(tmp_path, mark=broken)
        self.refused(tmp_path, r"greet/v1/en\.md cannot be read")

    def test_a_head_that_is_no_yaml(self, tmp_path: Path) -> None:
        path = put(tmp_path)
        path.write_text("---\ntask: [greet\n---\nHello")
        self.refused(tmp_path, r"greet/v1/en\.md cannot be read")
