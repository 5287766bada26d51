"""The categories as a form: switched on and off, renamed, described, and a company's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.cases.case import CaseState
from agent.company import Company
from agent.desk.house import House
from agent.desk.settings.form import Problems
from agent.store.tables import CaseRow
from agent.triage.reading import LANGUAGES
from agent.triage.taxonomy import FALLBACK, Category, load

AREA = "taxonomy"
LOOK_BACK_DAYS = 90
MAX_NAME, MAX_DESCRIPTION = 60, 600  # characters
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A category as the settings list it. `shipped` ones come with the product; `mails` are of the last days."""

    category: Category
    on: bool
    shipped: bool
    cases: int
    open_cases: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Whom a change of this category concerns: cases of the last `LOOK_BACK_DAYS` in it, and open ones among all."""

    cases: int
    open_cases: int

    @property
    def figures(self) -> dict[str, int]:
        return {"cases": self.cases, "open_cases": self.open_cases}


def listed(session: Session, house: House) -> tuple[Listed, ...]:
    """All categories, the switched-off ones last."""
    shipped, on = load(), load(house.company.overrides.get("taxonomy"))
    off = _switched_off(house.company)
    counts = _counts(session, house)
    return tuple(
        Listed(category, here, category.slug in shipped, *counts.get(category.slug, (0, 0)))
        for here, categories in ((True, on.categories), (False, off))
        for category in categories.values()
    )


def category_of(company: Company, slug: str) -> tuple[Category | None, bool]:
    """The category and whether it is on; None for one that does not exist."""
    on = load(company.overrides.get("taxonomy"))
    if slug in on:
        return on[slug], True
    return _switched_off(company).get(slug), False


def _switched_off(company: Company) -> Mapping[str, Category]:
    overrides = company.overrides.get("taxonomy", {})
    off = {slug for slug, table in overrides.items() if table.get("enabled", True) is False}
    all_on = {
        slug: {key: value for key, value in table.items() if key != "enabled"}
        for slug, table in overrides.items()
    }
    known = load(all_on)
    return {slug: known[slug] for slug in known.slugs if slug in off}


def _counts(session: Session, house: House) -> Mapping[str, tuple[int, int]]:
    since = house.clock() - timedelta(days=LOOK_BACK_DAYS)
    rows = session.execute(
        select(
            CaseRow.category,
            func.count().filter(CaseRow.created_at >= since),
            func.count().filter(CaseRow.state == CaseState.OPEN),
        )
        .where((CaseRow.created_at >= since) | (CaseRow.state == CaseState.OPEN))
        .group_by(CaseRow.category)
    )
    return {category: (lately, still_open) for category, lately, still_open in rows}


def effect_of(session: Session, house: House, slug: str) -> Effect:
    return Effect(*_counts(session, house).get(slug, (0, 0)))


def as_typed(category: Category, *, on: bool) -> dict[str, str]:
    """The fields of the form as they stand; `description` where there is none by language."""
    typed = {"slug": category.slug, **({"on": "yes"} if on else {})}
    typed |= {f"name.{code}": category.names.get(code, "") for code in LANGUAGES}
    typed |= {f"description.{code}": category.descriptions.get(code, "") for code in LANGUAGES}
    if not category.descriptions:
        typed["description.en"] = category.description
    return typed


def read(company: Company, typed: Mapping[str, str], *, new: bool) -> tuple[str, dict[str, Any], Problems]:
    """The category's slug, its values by key path, and what is wrong by field."""
    problems: Problems = {}
    slug = typed.get("slug", "").strip().lower()
    if not _SLUG.fullmatch(slug):
        problems["slug"] = "Use 2 to 40 small letters a–z, digits and underscores, a letter first."
    elif new and category_of(company, slug)[0] is not None:
        problems["slug"] = "There is a category of this name already."
    on = bool(typed.get("on"))
    if slug == FALLBACK and not on:
        problems["on"] = "This category takes what fits nowhere, and stays."
    names = {code: _words(typed, f"name.{code}", MAX_NAME, problems) for code in LANGUAGES}
    about = {code: _words(typed, f"description.{code}", MAX_DESCRIPTION, problems) for code in LANGUAGES}
    if not names["en"]:
        problems["name.en"] = "Give it a name in English: it stands in for the languages left empty."
    if not any(about.values()):
        problems["description.en"] = "Describe it in at least one language, as customers would put it."
    values = {
        f"taxonomy.{slug}.enabled": on,
        f"taxonomy.{slug}.names": {code: name for code, name in names.items() if name},
        f"taxonomy.{slug}.descriptions": {code: text for code, text in about.items() if text},
    }
    return slug, values, problems


def holding(company: Company, slug: str) -> dict[str, Any]:
    """What holds for a category, in the same values as `read` gives; all empty for one that does not exist."""
    category, on = category_of(company, slug)
    if category is None:
        return {}
    about = category.descriptions or {"en": category.description}
    return {
        f"taxonomy.{slug}.enabled": on,
        f"taxonomy.{slug}.names": dict(category.names),
        f"taxonomy.{slug}.descriptions": dict(about),
    }


def _words(typed: Mapping[str, str], name: str, most: int, problems: Problems) -> str:
    words = " ".join(typed.get(name, "").split())
    if len(words) > most:
        problems[name] = f"Write at most {most} characters."
    return words
