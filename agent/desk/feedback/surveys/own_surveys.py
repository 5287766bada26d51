"""A company's own surveys: what people type into the form, read into the table `feedback.surveys.<name>` and back."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from agent.company import Company
from agent.desk.settings.form import Problems
from agent.errors import SettingError
from agent.feedback.surveys.questions import LANGUAGES, Kind, Survey, load_surveys

AREA = "surveys"
SCALES = ("satisfied", "likely", "agree")
MOST_QUESTIONS = 20
MOST_OPTIONS = 12
LONGEST_TEXT = 300  # characters of a question
_RESERVED = {"limits", "scales"}
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")
_NUMBERS = range(11)

Fields = Mapping[str, str]
Table = dict[str, Any]


def path_of(slug: str) -> str:
    """Where a survey stands among the company's settings."""
    return f"feedback.surveys.{slug}"


def own_tables(company: Company) -> Mapping[str, Table]:
    """The surveys that stand in the company's settings, as they are written there; shipped ones that it changed, too."""
    tables = (company.overrides.get("feedback") or {}).get("surveys") or {}
    return {name: table for name, table in tables.items() if name not in _RESERVED}


def slug_of(name: str) -> str:
    """A short name for addresses and figures: `Portal, første uge` becomes `portal_forste_uge`."""
    plain = name.lower().replace("ø", "o").replace("æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")


def blank(key: str, kind: Kind) -> dict[str, str]:
    """The fields of a new question."""
    ends = {"from": "1", "to": "5", "scale": "satisfied"} if kind in {Kind.SCALE, Kind.EMOJI} else {}
    return {f"{key}.{name}": value for name, value in {"kind": str(kind), **ends}.items()}


def as_typed(table: Table) -> dict[str, str]:
    """The fields of the form for a survey as it stands in the settings."""
    fields = {"order": ",".join(table)}
    for key, question in table.items():
        fields |= {f"{key}.{name}": str(question.get(name, "")) for name in ("kind", "from", "to", "scale")}
        fields |= {f"{key}.text.{code}": words for code, words in question["text"].items()}
        for code in LANGUAGES:
            lines = [words.get(code, "") for words in question.get("options", {}).values()]
            fields[f"{key}.options.{code}"] = "\n".join(lines).strip()
        for earlier, test in question.get("only_if", {}).items():
            fields |= {
                f"{key}.if": earlier,
                f"{key}.if_from": str(test.get("at_least", "")),
                f"{key}.if_to": str(test.get("at_most", "")),
            }
    return fields


def fits_the_form(table: Table) -> bool:
    """Whether the form can show all of it; what was written into company.toml by hand may say more."""
    tests = [question.get("only_if", {}) for question in table.values()]
    return all(
        len(each) <= 1
        and all(isinstance(t, dict) and set(t) <= {"at_least", "at_most"} for t in each.values())
        for each in tests
    )


def order_of(fields: Fields) -> list[str]:
    """The questions of the form by their names, in their order."""
    names = fields.get("order", "").split(",")
    return [name for name in dict.fromkeys(names) if _SLUG.fullmatch(name)][:MOST_QUESTIONS]


def rearranged(fields: Fields, act: str) -> dict[str, str]:
    """The form after one of its buttons: `add:scale`, `remove:q2`, `up:q2`, `down:q2`. Nothing is stored."""
    verb, _, what = act.partition(":")
    order, changed = order_of(fields), dict(fields)
    if verb == "add" and what in set(Kind) and len(order) < MOST_QUESTIONS:
        taken = {*order, ""}
        numbered = (f"q{n}" for n in range(1, MOST_QUESTIONS + 2))
        rates = Kind(what) in {Kind.SCALE, Kind.EMOJI} and "score" not in taken
        key = "score" if rates else next(name for name in numbered if name not in taken)
        order.append(key)
        changed |= blank(key, Kind(what))
    elif verb == "remove" and what in order:
        order.remove(what)
        changed = {name: value for name, value in changed.items() if not name.startswith(f"{what}.")}
    elif verb in {"up", "down"} and what in order:
        place = order.index(what)
        other = max(0, place - 1) if verb == "up" else min(len(order) - 1, place + 1)
        order[place], order[other] = order[other], order[place]
    return changed | {"order": ",".join(order)}


def read(company: Company, fields: Fields, *, new: bool) -> tuple[str, Table, Problems]:
    """Name, table, and what is wrong by field. The table may be stored when nothing is."""
    problems: Problems = {}
    slug = slug_of(fields.get("name", "")) if new else fields.get("slug", "")
    if new and not _SLUG.fullmatch(slug):
        problems["name"] = "The name needs two letters or more."
    elif new and (slug in _RESERVED or slug in load_surveys().by_name or slug in own_tables(company)):
        problems["name"] = "There is a survey of this name already."
    table: Table = {}
    order = order_of(fields)
    if not order:
        problems["order"] = "A survey asks at least one question."
    for key in order:
        table[key] = _question(company, fields, key, order[: order.index(key)], problems)
    if not problems:
        try:
            load_surveys({slug: table})
        except SettingError as error:
            problems["order"] = error.message
    return slug, table, problems


def survey_of(slug: str, table: Table) -> Survey:
    """The survey that a table makes. Raises `SettingError`."""
    return load_surveys({slug or "draft": table}).by_name[slug or "draft"]


def _question(
    company: Company, fields: Fields, key: str, earlier: Sequence[str], problems: Problems
) -> Table:
    def typed(name: str) -> str:
        return fields.get(f"{key}.{name}", "").strip()

    kind = typed("kind")
    table: Table = {"kind": kind}
    texts = {code: words for code in LANGUAGES if (words := typed(f"text.{code}"))}
    if company.language in LANGUAGES and company.language not in texts:
        problems[f"{key}.text.{company.language}"] = "Write the question in the company’s own language."
    if any(len(words) > LONGEST_TEXT for words in texts.values()):
        problems[f"{key}.text.{company.language}"] = f"A question has at most {LONGEST_TEXT} characters."
    table["text"] = texts
    if kind not in set(Kind):
        problems[f"{key}.kind"] = "Choose one of the kinds."
    elif kind in {Kind.SCALE, Kind.EMOJI}:
        table |= _scale(key, typed("from"), typed("to"), typed("scale"), problems)
    elif kind == Kind.CHOICE:
        table["options"] = _options(company, fields, key, problems)
    if typed("if"):
        table["only_if"] = _condition(fields, key, typed("if"), earlier, problems)
    return table


def _scale(key: str, lowest: str, highest: str, ends: str, problems: Problems) -> Table:
    numbers = [int(text) if text.isascii() and text.isdecimal() else -1 for text in (lowest, highest)]
    if not all(number in _NUMBERS for number in numbers) or numbers[0] >= numbers[1]:
        problems[f"{key}.from"] = "Write a scale within 0 to 10, the smaller number first."
    table: Table = {"from": numbers[0], "to": numbers[1]}
    if ends in SCALES:
        table["scale"] = ends
    return table


def _options(company: Company, fields: Fields, key: str, problems: Problems) -> Table:
    """One answer a line; the nth line of each language is the same answer."""
    by_language = {code: _lines(fields.get(f"{key}.options.{code}", "")) for code in LANGUAGES}
    written = {code: lines for code, lines in by_language.items() if lines}
    own = written.get(company.language, next(iter(written.values()), []))
    if not 2 <= len(own) <= MOST_OPTIONS:
        problems[f"{key}.options.{company.language}"] = f"Offer 2 to {MOST_OPTIONS} answers, one a line."
    for code, lines in written.items():
        if len(lines) != len(own):
            problems[f"{key}.options.{code}"] = (
                "Offer as many answers as in the other languages, in the same order."
            )
            return {}
    return {f"a{n}": {code: lines[n - 1] for code, lines in written.items()} for n in range(1, len(own) + 1)}


def _lines(text: str) -> list[str]:
    return [words for line in text.splitlines() if (words := " ".join(line.split()))]


def _condition(fields: Fields, key: str, asked: str, earlier: Sequence[str], problems: Problems) -> Table:
    if asked not in earlier or fields.get(f"{asked}.kind") not in {Kind.SCALE, Kind.EMOJI}:
        problems[f"{key}.if"] = "Name a question that is answered with a number and stands before this one."
        return {}
    limits = {
        word: int(text)
        for word, name in (("at_least", "if_from"), ("at_most", "if_to"))
        if (text := fields.get(f"{key}.{name}", "").strip()).isascii() and text.isdecimal()
    }
    if not limits or limits.get("at_least", 0) > limits.get("at_most", max(_NUMBERS)):
        problems[f"{key}.if"] = "Say from which number, up to which number, or both."
    return {asked: limits}
