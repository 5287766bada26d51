"""The languages of the interface: English in the source, others from `api/locale`.

The model's or the customer's language never decides the interface's: a person chooses, or the browser before
anybody is signed in.
"""

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from agent import locales
from api.web.sentences import CONTEXT, Sentences

FOLDER = Path(__file__).parent.parent / "locale"
DOMAIN = "genklang"
NAMES = {"da": "Dansk", "en": "English", "de": "Deutsch", "sv": "Svenska", "nb": "Norsk"}


def marked(words: str) -> str:
    """Mark words for translation where they are defined; they are translated where they are shown."""
    return words


@cache
def available() -> tuple[str, ...]:
    """English, and every language that has a catalogue."""
    return tuple(code for code in NAMES if code == "en" or _path(code).exists())


def _path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def _catalogue(language: str) -> Catalog:
    """Read as it was written, so that nobody has to compile anything; once a process and language."""
    with _path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@cache
def translations(language: str) -> NullTranslations:
    """For words that are marked where they are shown."""
    if language == "en" or language not in available():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return Translations(compiled, DOMAIN)


@cache
def sentences(language: str) -> Sentences:
    """For what errors, warnings and notices say; they were written down in English."""
    if language == "en" or language not in available():
        return Sentences(())
    told = (message for message in _catalogue(language) if message.context == CONTEXT)
    return Sentences((str(message.id), str(message.string)) for message in told if message.string)


@cache
def locale_of(language: str) -> Locale:
    """How dates and numbers are written."""
    return Locale.parse(locales.locale_of(language))


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
