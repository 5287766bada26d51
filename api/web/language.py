"""The languages of the interface: English in the source, others from `api/locale`.

The model's or the customer's language never decides the interface's: a person chooses, or the browser before
anybody is signed in.
"""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel import Locale
from babel.support import Translations

_FOLDER = Path(__file__).parent.parent / "locale"
_DOMAIN = "genklang"
_LOCALES = {"en": "en_GB", "da": "da_DK", "nb": "nb_NO", "sv": "sv_SE", "de": "de_DE"}
NAMES = {"da": "Dansk", "en": "English", "de": "Deutsch", "sv": "Svenska", "nb": "Norsk"}


def marked(words: str) -> str:
    """Mark words for translation where they are defined; they are translated where they are shown."""
    return words


@cache
def available() -> tuple[str, ...]:
    """English, and every language that has a compiled catalogue."""
    found = {path.parent.parent.name for path in _FOLDER.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")}
    return tuple(code for code in NAMES if code == "en" or code in found)


@cache
def translations(language: str) -> NullTranslations:
    if language == "en" or language not in available():
        return NullTranslations()
    return Translations.load(str(_FOLDER), [language], _DOMAIN)


@cache
def locale_of(language: str) -> Locale:
    """How dates and numbers are written: 24 hours and day before month in all of our languages."""
    return Locale.parse(_LOCALES.get(language, "en_GB"))


def preferred(accept_language: str) -> str:
    """The first of a browser's languages that we have, else English. `no` and `nn` read bokmål."""
    for part in accept_language.split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        code = "nb" if code in {"no", "nn"} else code
        if code in available():
            return code
    return "en"


def language_name(code: str, language: str) -> str:
    """»Danish« for `da`, in the reader's language; the code itself where it is not known."""
    names = locale_of(language).languages
    return str(names.get(code, names.get({"nb": "no"}.get(code, ""), code)))
