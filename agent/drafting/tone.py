"""How the answer sounds: form of address, mood, length. Facts never depend on it.

address   familiar (du) or polite (Sie, De, Ni)
manner    informal or formal wording, greeting and sign-off
mood      calm, pressed, frustrated or delighted, as the sender is
length    short or detailed
"""

import re
from dataclasses import dataclass

from agent.triage.reading import Reading, Sentiment

# The polite pronoun is a capital letter inside a sentence; at its beginning it may be an ordinary word.
_POLITE_WORDS = {
    "da": re.compile(r"(?<=[a-zæøå,;] )(?:De|Dem|Deres)\b"),
    "nb": re.compile(r"(?<=[a-zæøå,;] )(?:De|Dem|Deres)\b"),
    "sv": re.compile(r"(?<=[a-zåäö,;] )(?:Ni|Er|Ert|Era)\b"),
    "de": re.compile(r"(?<=[a-zäöüß,;] )(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)\b"),
}
_FAMILIAR_GERMAN = re.compile(
    r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*|ihr (?:das|mir|uns|bitte|mal|denn|da)|\w+t ihr)\b"
)

_TO_POLITE = {
    language: [
        (re.compile(r"\bdu\b"), you),
        (re.compile(r"\bDu\b"), you),
        (re.compile(r"\b(?:dig|deg)\b"), them),
        (re.compile(r"\b(?:din|dit|ditt|dine|dina)\b"), your),
        (re.compile(r"\b(?:Din|Dit|Ditt|Dine|Dina)\b"), your),
    ]
    for language, you, them, your in (("da", "De", "Dem", "Deres"), ("nb", "De", "Dem", "Deres"))
}


@dataclass(frozen=True, slots=True)
class Tone:
    """The values named in this module's first lines."""

    address: str
    manner: str
    mood: str
    length: str


def tone_of(reading: Reading, new_text: str, address: str = "") -> Tone:
    """The tone that answers the sender's own. A delighted sender who complains is answered calmly.

    `address` is the form of address that is known to be right for this customer, empty where the mail decides.
    """
    style = reading.style
    mood = style.emotion
    if reading.sentiment.value is Sentiment.VERY_NEGATIVE:
        mood = "frustrated"
    elif reading.sentiment.value is Sentiment.NEGATIVE and mood == "delighted":
        mood = "calm"
    address = address or address_of(reading.language.value, style.formality, new_text)
    return Tone(address, style.formality, mood, style.length)


def address_of(language: str, formality: str, new_text: str) -> str:
    """Familiar or polite.

    In German Sie is right unless the sender says du or ihr. In the Nordic languages du is right, in business too,
    unless the sender uses the polite form. English has one form only.
    """
    if language == "de":
        uses_sie = bool(_POLITE_WORDS["de"].search(new_text))
        uses_du = bool(_FAMILIAR_GERMAN.search(new_text))
        return "familiar" if uses_du and not uses_sie and formality == "informal" else "polite"
    polite = _POLITE_WORDS.get(language)
    return "polite" if polite is not None and polite.search(new_text) else "familiar"


def address_said(language: str, new_text: str) -> str:
    """How the sender addresses us (`familiar` or `polite`), where the mail says so outright; else empty."""
    polite = uses_polite(language, new_text)
    familiar = (
        bool(_FAMILIAR_GERMAN.search(new_text)) if language == "de" else uses_familiar(language, new_text)
    )
    return "" if polite == familiar else "polite" if polite else "familiar"


def uses_polite(language: str, text: str) -> bool:
    """Whether `text` addresses the reader politely (Sie, De, Ni), judged by capitals inside sentences."""
    polite = _POLITE_WORDS.get(language)
    return polite is not None and bool(polite.search(text))


def uses_familiar(language: str, text: str) -> bool:
    """Whether `text` says du to the reader."""
    if language == "de":
        return bool(re.search(r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*)\b", text))
    if language in {"da", "nb", "sv"}:
        return bool(re.search(r"\b(?:[Dd]u|[Dd]ig|[Dd]eg|[Dd]in|[Dd]itt?|[Dd]ine|[Dd]ina)\b", text))
    return False


def adapt(text: str, language: str, tone: Tone) -> str:
    """Words of a source in the letter's form of address, where a change of pronouns is all it takes.

    Danish and Norwegian du becomes De. German verbs would have to change too, so German stays as it is.
    """
    if tone.address == "polite":
        for pattern, word in _TO_POLITE.get(language, ()):
            text = pattern.sub(word, text)
    return text
