"""Brings the catalogues up to date with the source: `python -m api.locale.catalogues [NEW_LANGUAGE …]`.

New strings come in untranslated, changed ones as fuzzy guesses, vanished ones go; a translator does the rest.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from api.web.language import DOMAIN, FOLDER

_ROOT = FOLDER.parents[1]
_KEYWORDS = {**DEFAULT_KEYWORDS, "words": None, "marked": None}
_PLACES = ("agent", "api", "knowledge")
_HEADERS_LEFT_OUT = tuple(
    f'"{name}:'
    for name in (
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
    )
)


def extracted() -> Catalog:
    """Every string of the source that is shown at the desk."""
    methods: list[tuple[str, str]]
    options: dict[str, dict[str, Any]]
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalogue = Catalog(domain=DOMAIN, fuzzy=False)
    for place in _PLACES:
        found = extract_from_dir(
            _ROOT / place,
            [
                (pattern.removeprefix(f"{place}/"), method)
                for pattern, method in methods
                if _is_in(pattern, place)
            ],
            {pattern.removeprefix(f"{place}/"): value for pattern, value in options.items()},
            keywords=_KEYWORDS,
        )
        for file, _, message, comments, context in found:
            catalogue.add(
                message, locations=[(f"{place}/{file}", 0)], auto_comments=comments, context=context
            )
    return catalogue


def _is_in(pattern: str, place: str) -> bool:
    return pattern.startswith(f"{place}/")


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    """Without dates, line numbers and translators' names: a catalogue changes only where its words do."""
    text = io.BytesIO()
    write_po(text, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    lines = text.getvalue().decode().splitlines(keepends=True)
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_text(
        "".join(line for line in lines if not line.startswith(_HEADERS_LEFT_OUT)), "utf-8"
    )


def main(new: Sequence[str] = ()) -> None:
    source = extracted()
    there = {path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    for language in sorted(there | set(new)):
        catalogue = (
            read(language) if language in there else Catalog(locale=language, domain=DOMAIN, fuzzy=False)
        )
        catalogue.update(source)
        write(language, catalogue)
        missing = sum(message.fuzzy or not all(message.string or ()) for message in catalogue if message.id)
        print(f"{language}: {len(catalogue)} strings, {missing} to be translated")


if __name__ == "__main__":
    main(sys.argv[1:])
