"""The desk speaks five languages completely: every string has a translation, and no template goes around them."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import grimp
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import parse_mapping_cfg
from babel.numbers import format_decimal
from babel.util import pathmatch
from jinja2 import Environment, nodes

from api.locale.catalogues import extracted, read
from api.web.language import FOLDER, available, locale_of, sentences, translations

LANGUAGES = ("da", "nb", "sv", "de")
TEMPLATES = sorted((FOLDER.parent / "templates").glob("*.html"))
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}
NAMES = {"Genklang", "Esc", "s"}  # the product; a key of the keyboard; the unit of seconds
_CLASS_BLOCK = re.compile(r"{% block body_class %}.*?{% endblock %}")
ERRORS = {"WrongUse", "Conflict", "NotFound", "NotAllowed"}
SLOT = re.compile(r"%\(\w+\)s")

Key = tuple[str | None, str]


@pytest.fixture(scope="module")
def source() -> Catalog:
    return extracted()


def messages(catalogue: Catalog) -> dict[Key, Message]:
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalogue
        if message.id
    }


def forms(words: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [words or ""] if words is None or isinstance(words, str) else list(words)


def test_the_desk_offers_all_five_languages_from_a_clean_clone() -> None:
    assert set(available()) == {"da", "nb", "sv", "de", "en"}
    assert not list(FOLDER.rglob("*.mo"))
    assert translations("de").gettext("Approve and send") == "Freigeben und senden"
    assert translations("en").gettext("Approve and send") == "Approve and send"


def raises_errors(file: Path) -> bool:
    """Whether it says to people what they may not do, or cannot be done."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    )


def test_whatever_the_desk_can_be_refused_is_there_to_be_translated() -> None:
    """Every module beneath the desk that raises errors for people is among those that Babel reads."""
    root = FOLDER.parents[1]
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as mapping:
        patterns, _ = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    beneath = grimp.build_graph("agent", "api", "knowledge").find_upstream_modules("api.web", as_package=True)
    files = {f"{module.replace('.', '/')}.py" for module in beneath if not module.startswith("api.")}
    speaking = {file for file in files if (root / file).exists() and raises_errors(root / file)}
    assert len(speaking) > 50
    how = {
        file: next((how for pattern, how in patterns if pathmatch(pattern, file)), "left out")
        for file in speaking
    }
    assert {file: how for file, how in how.items() if not how.endswith(":sentences")} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_the_source_is_in_the_catalogue_and_no_other(language: str, source: Catalog) -> None:
    there = messages(read(language))
    wanted = messages(source)
    assert sorted(key[1] for key in wanted.keys() - there.keys()) == [], "python -m api.locale.catalogues"
    assert sorted(key[1] for key in there.keys() - wanted.keys()) == [], "python -m api.locale.catalogues"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated_or_guessed(language: str) -> None:
    catalogue = read(language)
    for message in messages(catalogue).values():
        assert not message.fuzzy, message.id
        assert len(forms(message.string)) == (catalogue.num_plurals if message.pluralizable else 1), (
            message.id
        )
        assert all(form.strip() for form in forms(message.string)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    for message in messages(read(language)).values():
        names = set(SLOT.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            assert set(SLOT.findall(form)) == names, message.id
            assert form.count("%") == len(SLOT.findall(form)) + 2 * form.count("%%"), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_as_they_do_in_english(language: str) -> None:
    """A lost full stop would glue two sentences together where several are shown in a row."""
    for (_, english), message in messages(read(language)).items():
        if english.endswith((".", "?", ":")):
            assert all(form.endswith((english[-1], "%(one)s")) for form in forms(message.string)), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_does(language: str) -> None:
    separator = format_decimal(20_000, locale=locale_of(language))[2]
    words = sentences(language).said("A note needs between 1 and 20,000 characters.")
    assert f"20{separator}000".replace("\xa0", " ") in words.replace("\xa0", " ")


class _Text(HTMLParser):
    """Collects what a browser would show or read out of the fixed part of a template."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]


def bare_words(source: str) -> Iterator[str]:
    """Words of a template that no catalogue sees: between tags, in spoken attributes, and as literals in `{{ }}`."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    text = _Text()
    shown = {"data": None, "variable_begin": "x"}  # for example `<{{ level }} class="h">`
    tokens = environment.lex(_CLASS_BLOCK.sub("", source))
    text.feed("".join(shown[kind] or value for _, kind, value in tokens if kind in shown))
    for piece in text.found:
        yield from (
            word
            for word in re.findall(r"[^\W\d_]+", piece)
            if len(word) > 1 and word not in NAMES and word.strip("x")
        )
    for output in environment.parse(source).find_all(nodes.Output):
        for part in output.nodes:
            yield from (
                literal for literal in _literals(part) if re.search(r"^[A-Z][a-z]|[a-z] [a-z]", literal)
            )


def _literals(node: nodes.Node) -> Iterator[str]:
    """Strings that are put out as they are; what is handed to a call or asked for by a comparison is not."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _literals(node.expr1)
        yield from _literals(node.expr2 or nodes.Const(""))
    elif isinstance(node, nodes.Or | nodes.Concat | nodes.Filter):
        for child in node.iter_child_nodes():
            yield from _literals(child)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_shows_words_that_cannot_be_translated(template: Path) -> None:
    assert list(bare_words(template.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        '<button aria-label="Close it">{{ icon }}</button>',
        "{{ subject or 'No subject' }}",
        "<b>{% if late %}too late{% endif %}</b>",
    ],
)
def test_bare_words_are_found(source: str) -> None:
    assert list(bare_words(source))


def test_marked_words_and_markup_are_not_bare() -> None:
    assert list(bare_words("<p class=\"big{{ ' wide' if x }}\" lang=\"da\">{{ _('Hello') }}</p>")) == []
