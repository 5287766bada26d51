"""The writer that needs no language model: a plan, a phrase book, and passages quoted from sources."""

import re
from dataclasses import replace

from agent.drafting.answering import whole_of
from agent.drafting.compose import compose, layout
from agent.drafting.draft import Draft, DraftRequest, DraftSentence
from agent.drafting.foreign import summary_for_agent
from agent.drafting.learnt import follow, learnt_tone
from agent.drafting.phrases import PhraseBook
from agent.drafting.plan import Plan, make_plan
from agent.drafting.roles import for_reader, offers_for
from agent.drafting.tone import Tone, tone_of, uses_polite
from agent.drafting.wish import understand
from agent.triage.reading import LANGUAGES

_REPLY_MARK = re.compile(r"^(?:(?:re|sv|vs|aw|antw|wg|fwd?|vb|fv)\s*:\s*)+", re.IGNORECASE)
_NEUTRAL = Tone(address="polite", manner="formal", mood="calm", length="short")
PROMPT_VERSION = "v1"


class LocalWriter:
    """`Writer` without a model endpoint. Pure: the same request always gives the same draft.

    `company_language` is what the agents read; a mail in a language that we do not write gets no letter but a
    note to them in it.
    """

    def __init__(self, company_language: str = "en") -> None:
        self._company_language = company_language if company_language in LANGUAGES else "en"

    def write(self, request: DraftRequest) -> Draft:
        language = request.reading.language.value
        if language not in LANGUAGES:
            return self._note(request, language)
        text = request.new_text.shareable()
        wish = understand(str(request.wish))
        own = learnt_tone(request, tone_of(request.reading, text, request.address))
        wanted = wish.tone(request.tone.over(own))
        plan = for_reader(_polite_if_quoted(make_plan(request, wanted)), request.role)
        warmth = request.tone.warmth or request.warmth
        offers = () if warmth == "direct" else offers_for(plan, request.role, warmth)
        extras = dict.fromkeys((*wish.extras, *offers))
        book = PhraseBook(language, text, plan.tone)
        letter = follow(compose(plan, request, book, tuple(extras)), request, plan.tone.manner)
        return Draft(
            subject=reply_subject(request.subject.shareable()),
            text=layout(letter),
            language=language,
            engine="local",
            prompt=f"local/{PROMPT_VERSION}/{language}",
            sentences=tuple(sentence for paragraph in letter for sentence in paragraph.sentences),
            warnings=(*_foreign_hints(plan, request), *wish.warnings, *_not_followed(plan, request, wanted)),
        )

    def _note(self, request: DraftRequest, language: str) -> Draft:
        book = PhraseBook(self._company_language, "", _NEUTRAL)
        notice = book.say("unreadable", "notice", language=language or "?")
        return Draft(
            subject=reply_subject(request.subject.shareable()),
            text=notice,
            language=self._company_language,
            engine="local",
            prompt=f"local/{PROMPT_VERSION}/{self._company_language}",
            sentences=(DraftSentence(notice),),
            warnings=("This language is not written automatically; a person has to answer.",),
        )


def reply_subject(subject: str) -> str:
    """The subject of an answer: one "Re:" in front, whatever stood there in whichever language."""
    bare = _REPLY_MARK.sub("", " ".join(subject.split()))
    return f"Re: {bare}".strip()


def _polite_if_quoted(plan: Plan) -> Plan:
    """A German letter that quotes a source in Sie says Sie throughout: the source's verbs cannot be changed."""
    if plan.language == "de" and any(uses_polite("de", quote.block.text) for quote in plan.quotes):
        return replace(plan, tone=replace(plan.tone, address="polite"))
    return plan


def _not_followed(plan: Plan, request: DraftRequest, wanted: Tone) -> tuple[str, ...]:
    """What of the tone that was asked for this writer cannot do, since it quotes its sources word for word."""
    said = []
    detail = request.tone.expertise
    if detail and detail != request.reading.style.expertise:
        said.append("The local writer quotes its sources: it cannot make them simpler or more technical.")
    if wanted.address == "familiar" and plan.tone.address == "polite":
        said.append("The letter stays polite in address, because a source that it quotes is.")
    return tuple(said)


def _foreign_hints(plan: Plan, request: DraftRequest) -> tuple[str, ...]:
    """Tells the agent what good sources in another language say, when the letter had to leave something open."""
    if not plan.open_asks:
        return ()
    return tuple(summary_for_agent(match, whole_of(request)) for match in plan.foreign)
