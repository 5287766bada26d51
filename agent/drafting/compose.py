"""From a plan to a letter: phrases around passages that are quoted from sources."""

import re
from dataclasses import dataclass

from agent.drafting.draft import DraftRequest, DraftSentence
from agent.drafting.extract import Piece
from agent.drafting.phrases import PhraseBook, load_rules
from agent.drafting.plan import Plan
from agent.drafting.sentences import sentences
from agent.drafting.tone import adapt
from agent.triage.reading import Sentiment
from knowledge.citation import specificity
from knowledge.features import codes

_LINK_OR_MARKUP = re.compile(r"https?:|www\.|[<>{}\[\]@]|!\[")
_LONGEST_QUOTED_ASK = 16
_SAYS_ENOUGH = 0.6  # specificity of a question that can be understood when it is repeated alone
_SHORT_MAIL_WORDS = 60
_SURE_OF_CATEGORY = 0.6  # confidence from which the opening speaks of the category
_NOTHING_WRONG = {"usability", "feedback", "other"}
_NUMBER = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together; with a `marker` it is an item of a list."""

    sentences: tuple[DraftSentence, ...]
    marker: str = ""

    @property
    def text(self) -> str:
        words = " ".join(sentence.text for sentence in self.sentences)
        return f"{self.marker} {words}".strip()


def compose(
    plan: Plan, request: DraftRequest, book: PhraseBook, extras: tuple[str, ...] = ()
) -> list[Paragraph]:
    """The letter's paragraphs. `extras` names phrases of the section `extra` that an agent wished for."""
    letter = [_greeting(plan, request, book), _opening(plan, request, book, extras)]
    letter += _answer(plan, book)
    letter.append(_open(plan, request, book))
    letter.append(_clarification(plan, request, book))
    letter.append(_closing(plan, book, extras))
    letter.append(_sign_off(plan, request, book))
    return [paragraph for paragraph in letter if paragraph.sentences]


def layout(letter: list[Paragraph]) -> str:
    """The letter as text: a blank line between paragraphs, none between the items of a list."""
    text = ""
    for number, paragraph in enumerate(letter):
        if number:
            text += "\n" if paragraph.marker and letter[number - 1].marker else "\n\n"
        text += paragraph.text
    return text


def _say(*phrases: str) -> Paragraph:
    """A paragraph of phrases: they state no fact and need no source."""
    return Paragraph(tuple(DraftSentence(one) for phrase in phrases if phrase for one in sentences(phrase)))


def _greeting(plan: Plan, request: DraftRequest, book: PhraseBook) -> Paragraph:
    named = "" if request.greeting_name else "_unnamed"
    return Paragraph(
        (DraftSentence(book.say("greeting", plan.tone.manner + named, name=request.greeting_name)),)
    )


def _opening(plan: Plan, request: DraftRequest, book: PhraseBook, extras: tuple[str, ...]) -> Paragraph:
    if plan.occasion == "praise":
        return _say(book.say("praise", "thanks"))
    if plan.occasion == "suggestion":
        return _say(book.say("praise", "suggestion"))
    mood, category = plan.tone.mood, request.reading.category
    sure = category.confidence >= _SURE_OF_CATEGORY and plan.occasion == "question"
    opening = (book.say(f"opening_{category.value}", mood) if sure else "") or book.say("opening", mood)
    return _say(opening, _acknowledgement(plan, book), _apology(plan, request, book, extras))


def _acknowledgement(plan: Plan, book: PhraseBook) -> str:
    """What this customer in particular is up against: work that stands still, or a time that is near."""
    if plan.impact:
        return book.say("acknowledge", "impact")
    return book.say("acknowledge", "deadline") if plan.deadline and plan.tone.mood != "pressed" else ""


def _apology(plan: Plan, request: DraftRequest, book: PhraseBook, extras: tuple[str, ...]) -> str:
    """Frustrated customers are apologised to at once; others only for what went wrong, not for asking how to."""
    reading = request.reading
    upset = reading.sentiment.value in {Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE}
    wrong = upset and reading.category.value not in _NOTHING_WRONG
    return (
        book.say("extra", "apology")
        if plan.tone.mood != "frustrated" and (wrong or "apology" in extras)
        else ""
    )


def _answer(plan: Plan, book: PhraseBook) -> list[Paragraph]:
    if not plan.quotes:
        return []
    told: list[Paragraph] = [_say(_lead(plan, book))]
    source, step = plan.quotes[0].source, 0
    for quote in plan.quotes:
        if quote.source != source:
            told.append(_say(book.say("answer", "also")))
            source, step = quote.source, 0
        step = step + 1 if quote.block.marker[:1].isdigit() else 0
        told.append(_quoted(quote, plan, step))
    return told


def _lead(plan: Plan, book: PhraseBook) -> str:
    if not plan.sure:
        return book.say("answer", "likely")
    is_steps = any(quote.block.marker[:1].isdigit() for quote in plan.quotes)
    return book.say("answer", "sure" if is_steps else "fact")


def _quoted(quote: Piece, plan: Plan, step: int) -> Paragraph:
    """A passage in the letter, its steps counted anew from 1."""
    told = tuple(
        DraftSentence(adapt(sentence, plan.language, plan.tone), sources=(quote.source,))
        for sentence in quote.block.sentences
    )
    return Paragraph(told, f"{step}." if step else quote.block.marker)


def _open(plan: Plan, request: DraftRequest, book: PhraseBook) -> Paragraph:
    """What is still to be answered, by whom and when; nothing when all is."""
    if not plan.open_asks:
        return Paragraph(())
    urgent = book.say("open", "urgent") if plan.urgent else ""
    by, slots = "", {}
    if request.respond_by is not None and request.respond_by > request.now:
        by = "_by"
        slots["when"] = book.instant(request.respond_by.astimezone(request.now.tzinfo), request.now)
    if plan.occasion == "mixed":
        return _say(book.say("open", "amiss" + by, **slots))
    if not plan.quotes:
        return _say(urgent, book.say("open", "all" + by, **slots))
    upset = request.reading.sentiment.value in {Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE}
    if len(plan.open_asks) == 1 and not upset and (ask := quotable(plan.open_asks[0], plan.language)):
        return _say(urgent, book.say("open", "one" + by, ask=book.quoted(ask), **slots))
    return _say(urgent, book.say("open", "rest" + by, **slots))


def quotable(ask: str, language: str) -> str:
    """An ask that may be repeated in the letter: one short, telling question of plain words; else empty.

    What a customer writes can carry links or instructions; those never come back in our name. Nor does a question
    that was not meant as one ("Are you joking?"), which is why nothing is repeated to somebody who is upset.
    """
    words = " ".join(ask.split())
    begins = any(re.match(one, words, re.IGNORECASE) for one in load_rules("questions").get(language, []))
    plain = words.endswith("?") and begins and not _LINK_OR_MARKUP.search(words)
    telling = len(words.split()) <= _LONGEST_QUOTED_ASK and specificity(words, language) >= _SAYS_ENOUGH
    return words if plain and telling else ""


def _clarification(plan: Plan, request: DraftRequest, book: PhraseBook) -> Paragraph:
    """The question that helps most, where nothing could be answered and the mail says little."""
    text = request.new_text.shareable()
    if plan.quotes or plan.occasion != "question" or len(text.split()) > _SHORT_MAIL_WORDS:
        return Paragraph(())
    decision = request.reading.category
    told = "_code" if codes(text) else "_number" if _NUMBER.search(text) else ""
    names = (decision.subcategory, told.lstrip("_"), "")
    return _say(book.first("clarify", [f"{decision.value}_{name}".rstrip("_") for name in names]))


def _closing(plan: Plan, book: PhraseBook, extras: tuple[str, ...]) -> Paragraph:
    if plan.occasion == "praise":
        return _say(book.say("closing", "praise"))
    wishes = [book.say("extra", name) for name in extras if name != "apology"]
    return _say(*wishes, book.say("closing", plan.tone.mood if plan.quotes else "open"))


def _sign_off(plan: Plan, request: DraftRequest, book: PhraseBook) -> Paragraph:
    lines = [book.say("sign_off", plan.tone.manner), *request.sender.names]
    return Paragraph((DraftSentence("\n".join(line for line in lines if line)),))
