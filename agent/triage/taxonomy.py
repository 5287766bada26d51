"""The categories a message can belong to: shipped in `data/taxonomy.toml`, edited by a company in its table `taxonomy`.

A company renames, switches off or adds categories; each has names in five languages for people and a description
that places it for the classifier before anybody has labelled a single mail.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.errors import SettingError
from agent.triage.patterns import DATA
from agent.triage.reading import LANGUAGES

FALLBACK = "other"
"""Where a message goes that fits nowhere. A company may rename it, never remove it."""


@dataclass(frozen=True, slots=True)
class Subcategory:
    """A finer kind inside a category. `answered_by_people` is false for machine mail such as newsletters."""

    slug: str
    names: Mapping[str, str]
    description: str
    written_by_customer: bool = True


@dataclass(frozen=True, slots=True)
class Category:
    """One category: a stable slug, names by language, a description, its subcategories by slug.

    `always_low` marks what is never urgent, whatever its words say (praise, newsletters). A company may describe
    its own in several languages (`descriptions`): each then places the mails of its language a little better.
    """

    slug: str
    names: Mapping[str, str]
    description: str
    subcategories: Mapping[str, Subcategory]
    always_low: bool = False
    descriptions: Mapping[str, str] = field(default_factory=dict)

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or self.slug

    def about(self, language: str) -> str:
        """The description, in the language where there is one in it."""
        return self.descriptions.get(language) or self.description


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All categories in the order in which people see them."""

    categories: Mapping[str, Category]

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.categories)

    def __contains__(self, slug: object) -> bool:
        return slug in self.categories

    def __getitem__(self, slug: str) -> Category:
        return self.categories[slug]

    def subcategory(self, category: str, slug: str) -> Subcategory | None:
        """The subcategory, or None where the category or it is unknown."""
        found = self.categories.get(category)
        return found.subcategories.get(slug) if found else None


def load(overrides: Mapping[str, Any] | None = None) -> Taxonomy:
    """The shipped taxonomy with a company's `overrides` laid over it.

    `overrides` has one table a category slug: `names`, `description` or `descriptions` by language, `always_low`,
    `subcategories`; `enabled = false` removes it. Raises `SettingError` for a table that cannot be meant.
    """
    shipped: dict[str, Any] = tomllib.loads((DATA / "taxonomy.toml").read_text(encoding="utf-8"))
    for slug, change in (overrides or {}).items():
        if not isinstance(change, Mapping):
            raise SettingError(
                f"taxonomy.{slug} must be a table.",
                remedy='Write [taxonomy.my_category] with names and description = "…".',
            )
        if change.get("enabled", True) is False:
            if slug == FALLBACK:
                raise SettingError(
                    f"taxonomy.{FALLBACK} cannot be switched off: it takes what fits nowhere.",
                    remedy="Rename it instead.",
                )
            shipped.pop(slug, None)
            continue
        shipped[slug] = merged(shipped.get(slug, {}), change)
    return Taxonomy({slug: category(slug, table) for slug, table in shipped.items()})


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """`change` laid over `base`, table by table."""
    result = dict(base)
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            result[key] = merged(base[key], value)
        else:
            result[key] = value
    return result


def category(slug: str, table: Mapping[str, Any]) -> Category:
    """One category from its table. Raises `SettingError` without a description."""
    descriptions = {
        code: str(text) for code, text in table.get("descriptions", {}).items() if str(text).strip()
    }
    description = str(
        table.get("description") or descriptions.get("en") or next(iter(descriptions.values()), "")
    )
    if not description:
        raise SettingError(
            f"taxonomy.{slug} has no description, so nothing could be sorted into it.",
            remedy='Add description = "…" in a few words, as a customer would put it.',
        )
    names = {language: str(name) for language, name in table.get("names", {}).items()}
    if unknown := sorted({*names, *descriptions} - set(LANGUAGES)):
        raise SettingError(
            f"taxonomy.{slug}: {unknown[0]} is not a language we write.",
            remedy=f"Use {', '.join(LANGUAGES)}.",
        )
    return Category(
        slug=slug,
        names=names,
        description=description,
        subcategories={
            name: Subcategory(
                name,
                {language: str(text) for language, text in sub.get("names", {}).items()},
                str(sub.get("description", name.replace("_", " "))),
                bool(sub.get("written_by_customer", True)),
            )
            for name, sub in table.get("subcategories", {}).items()
            if sub.get("enabled", True)
        },
        always_low=bool(table.get("always_low", False)),
        descriptions=descriptions,
    )
