"""Countries and time zones to choose from, by the names that the reader's language has for them."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel.core import get_global
from babel.dates import get_timezone_location
from holidays import list_supported_countries

from api.web.language import locale_of

Choices = tuple[tuple[str, str], ...]
"""What is stored, and what it is called."""

_LAST_LETTERS = {"da": "æøå", "nb": "æøå", "sv": "åäö"}
"""Letters of their own behind z; elsewhere a letter with a mark stands where the bare one does."""


@cache
def countries(language: str) -> Choices:
    """Every country whose public holidays are known, in the order of the alphabet."""
    known = (code for code in list_supported_countries(include_aliases=False) if len(code) == 2)
    return _in_order(((code, country_name(code, language)) for code in known), language)


@cache
def zones(language: str) -> Choices:
    """Every time zone that belongs to a country, as »Denmark (Copenhagen)«."""
    named = ((zone, zone_name(zone, language)) for zone in get_global("zone_territories"))
    return _in_order(((zone, name) for zone, name in named if name != zone), language)


def country_name(code: str, language: str) -> str:
    """»Denmark« for `DK`; the code itself where it is not known."""
    return str(locale_of(language).territories.get(code, code))


def zone_name(zone: str, language: str) -> str:
    """»Denmark (Copenhagen)« for `Europe/Copenhagen`; the name itself where it lies in no country."""
    country = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone), "")
    if country not in dict(countries(language)):
        return zone
    name = country_name(country, language)
    city = get_timezone_location(zone, locale=locale_of(language), return_city=True)
    return name if city == name else f"{name} ({city})"


def with_chosen(choices: Choices, chosen: str) -> Choices:
    """A value from a file that is none of the choices stands before them, so that saving keeps it."""
    return choices if not chosen or chosen in dict(choices) else ((chosen, chosen), *choices)


def _in_order(choices: Iterable[tuple[str, str]], language: str) -> Choices:
    last = _LAST_LETTERS.get(language, "")

    def place(choice: tuple[str, str]) -> list[tuple[int, str]]:
        return [
            (last.find(letter), letter if letter in last else unicodedata.normalize("NFD", letter)[0])
            for letter in choice[1].casefold()
        ]

    return tuple(sorted(choices, key=place))
