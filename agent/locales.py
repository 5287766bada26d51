"""How dates, times and numbers are written in each language."""

_LOCALES = {"da": "da_DK", "nb": "nb_NO", "sv": "sv_SE", "de": "de_DE", "en": "en_GB"}


def locale_of(language: str) -> str:
    """The CLDR locale in which a language is written here: the day before the month in all of them, and 24 hours.

    English, as Europeans write it, for a language that is none of ours.
    """
    return _LOCALES.get(language, _LOCALES["en"])
