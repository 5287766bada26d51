"""What the model saw of a case: the same words it was given, what stood behind them, and what was kept from it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from agent.desk.steps.drafting import MOST_HISTORY
from agent.store.queries.case_page import CasePage
from agent.store.tables import MatchRow
from api.web.draft.letter import MarkedPiece, mark_tokens, paragraphs_of
from api.web.draft.panel import DraftPanel
from api.web.language import marked

Words = Callable[[str], str]

KINDS = {
    # what a placeholder of each kind stands for
    "PERSON": marked("Somebody’s name. The same person keeps the same number through the conversation."),
    "EMAIL": marked("An e-mail address."),
    "PHONE": marked("A phone number."),
    "ADDRESS": marked("A postal address or a part of it."),
    "NATIONAL_ID": marked("A personal number such as a CPR number."),
    "IBAN": marked("A bank account."),
    "CREDIT_CARD": marked("A payment card."),
    "ORG_ID": marked("A company’s registration number."),
    "IP_ADDRESS": marked("The address of a device on the network."),
    "DATE_OF_BIRTH": marked("A date of birth."),
    "LICENSE_PLATE": marked("A number plate."),
    "USERNAME": marked("A user name."),
    "PASSWORD": marked("A password or another secret. It is not restored in replies."),
}
MOODS = {
    "calm": marked("calm"),
    "pressed": marked("pressed for time"),
    "frustrated": marked("frustrated"),
    "delighted": marked("delighted"),
}
OTHER = marked("Another personal detail.")

Shown = tuple[tuple[MarkedPiece, ...], ...]
"""Paragraphs with their placeholders set apart."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One kind of personal data: what its placeholders mean, and which stands for what."""

    kind: str
    meaning: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ModelView:
    """All that a writer was given to answer the newest mail. `plain` is the same as one text, to be copied."""

    subject: Shown
    text: Shown
    history: tuple[Shown, ...]
    sources: tuple[MatchRow, ...]
    wish: str
    plan: tuple[tuple[str, str], ...]
    hidden: tuple[Hidden, ...]
    unseen: str
    plain: str


def model_view(page: CasePage, panel: DraftPanel) -> ModelView | None:
    """None where no model has seen the mail: it has not been redacted."""
    newest, words = page.newest_in, panel.words
    if newest is None or newest.redacted_new_text is None:
        return None
    earlier = [
        message.row.redacted_new_text
        for message in page.messages
        if message.row.id < newest.id and message.row.redacted_new_text
    ][-MOST_HISTORY:]
    subject, text = newest.redacted_subject or "", newest.redacted_new_text
    parts = [subject, text, *earlier, *(f"{match.title}\n{match.passage}" for match in page.matches)]
    draft = page.draft
    return ModelView(
        subject=_shown(subject),
        text=_shown(text),
        history=tuple(_shown(one) for one in earlier),
        sources=page.matches,
        wish=draft.wish if draft else "",
        plan=tuple(_plan(page, panel)),
        hidden=_hidden(page.placeholders, " ".join([subject, text, *earlier]), words),
        unseen=newest.hidden_text,
        plain="\n\n".join(part for part in parts if part),
    )


def _shown(text: str) -> Shown:
    return tuple(mark_tokens(part) for part in paragraphs_of(text))


def _plan(page: CasePage, panel: DraftPanel) -> Iterable[tuple[str, str]]:
    """What was settled before a word was written."""
    words = panel.words
    yield (
        words("Language"),
        panel.reader.language_name(page.draft.language if page.draft else page.case.language),
    )
    if said := ", ".join(control.word for control in panel.tone):
        yield words("Tone"), said
    mood = page.reading.get("style", {}).get("emotion", "")
    if mood in MOODS:
        yield words("Mood of the mail"), words(MOODS[mood])
    for asked in panel.asked:
        rests = [s for s in panel.sources if {p.number for p in s.places} & {p.number for p in asked.places}]
        answer = ", ".join(f"{source.number} {source.title}" for source in rests)
        yield (
            asked.words,
            answer or (words("in the letter’s own words") if asked.places else words("left open")),
        )
    if page.draft is not None and page.draft.prompt:
        yield words("Prompt"), page.draft.prompt


def _hidden(placeholders: Mapping[str, str], given: str, words: Words) -> tuple[Hidden, ...]:
    kinds: dict[str, list[tuple[str, str]]] = {}
    for token, value in placeholders.items():
        if token in given:
            name = token.strip("[]")
            kinds.setdefault(name.rpartition("_")[0], []).append((name, value))
    return tuple(
        Hidden(kind, words(KINDS.get(kind, OTHER)), tuple(values)) for kind, values in sorted(kinds.items())
    )
