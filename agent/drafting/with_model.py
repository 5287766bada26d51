"""Drafts by a language model: same request, same draft as the local writer's.

The order of care is: detect, rewrite once, check again. A draft with a placeholder that was never given,
one that hands the customer's own sentences back, or one that a check rejects, goes to the model a second
time. What then still holds a strange placeholder, says nothing, or is in another language than the
customer's though nobody wished for that, is given up (`ModelUnavailable`, so that the local writer takes
over); what another check still rejects is left to the person who reads it. A mail that tries to command
the agent is answered by the local writer.
"""

from collections.abc import Callable
from dataclasses import replace

from babel.dates import format_date

from agent.drafting.draft import CheckName, CheckResult, Draft, DraftRequest, Writer
from agent.drafting.learnt import notes
from agent.drafting.local import reply_subject
from agent.drafting.model_answer import (
    DraftAnswer,
    Letter,
    given_placeholders,
    lay_out,
    shape_for,
    without,
)
from agent.llm.commands import find_commands
from agent.llm.model import Completion, LanguageModel, ModelUnavailable, Prompt
from agent.llm.untrusted import fence, fence_all, mark_for
from agent.locales import locale_of
from agent.privacy.placeholders import PLACEHOLDER
from agent.privacy.redaction import RedactedText
from agent.triage.reading import LANGUAGES
from knowledge.search import Match
from prompts.catalogue import Catalogue

Check = Callable[[Draft, DraftRequest], tuple[CheckResult, ...]]
"""The checks before a person sees the draft (`agent.drafting.checks`)."""

_MOST_SOURCES = 4
_MOST_OF_A_SOURCE = 1_600
_MOST_OF_A_MAIL = 8_000
_MOST_HISTORY = 3


class ModelWriter:
    """A `Writer` over a language model. Raises `ModelUnavailable`: see `agent.drafting.fallback.FallbackWriter`.

    `local` writes where a model must not or cannot: a mail that gives orders, a language without prompts.
    """

    def __init__(
        self,
        model: LanguageModel,
        catalogue: Catalogue,
        local: Writer,
        *,
        check: Check | None = None,
    ) -> None:
        self._model = model
        self._catalogue = catalogue
        self._local = local
        self._check = check

    def write(self, request: DraftRequest) -> Draft:
        if request.reading.language.value not in LANGUAGES:
            return self._local.write(request)
        if find_commands("\n".join(map(str, (request.subject, request.new_text, *request.history)))):
            draft = self._local.write(request)
            warning = "The mail tries to command the agent; the language model was not shown it."
            return replace(draft, warnings=(*draft.warnings, warning))
        request = _as_wished(request)
        taught = {one.id for one in request.memories}
        offered = sum(match.id in taught for match in request.matches)  # they stand first
        request = replace(request, matches=request.matches[: _MOST_SOURCES + offered])
        wanted = bool((request.wish or request.tone) and request.previous)
        prompt = self._rewrite(request, str(request.previous)) if wanted else self._draft(request)
        first = self._ask(prompt, request)
        draft, letter = _to_draft(first, request, prompt.id)
        if faults := self._faults(draft, letter, request):
            previous = without(first.value, letter.echoes).model_dump_json()
            again = self._ask(self._rewrite(request, previous, faults), request)
            second = replace(
                again,
                tokens_in=first.tokens_in + again.tokens_in,
                tokens_out=first.tokens_out + again.tokens_out,
            )
            draft, letter = _to_draft(second, request, prompt.id)
            if not wanted and self._fails(CheckName.LANGUAGE, draft, request):
                raise ModelUnavailable(
                    "The language model twice wrote in another language than the customer's.",
                    code="model.language",
                    remedy="Use a model that knows the customer's language, or leave GENKLANG_LLM_MODEL empty.",
                )
        if letter.strange or letter.empty:
            raise ModelUnavailable(
                "The language model twice wrote a draft that could not be used.",
                code="model.bad_draft",
                remedy="Use a stronger model, or leave GENKLANG_LLM_MODEL empty.",
            )
        return draft

    def _ask(self, prompt: Prompt, request: DraftRequest) -> Completion[DraftAnswer]:
        return self._model.complete(prompt, shape_for(match.id for match in request.matches))

    def _faults(self, draft: Draft, letter: Letter, request: DraftRequest) -> list[str]:
        """What to send back to the model, a line each; nothing when the draft may go to a person."""
        faults = [
            *letter.strange,
            *(f"The customer's own words, not an answer: {echo}" for echo in letter.echoes),
        ]
        if letter.empty:
            faults.append("The reply is empty.")
        elif self._check is not None:
            faults += [
                f"{found.name}: {found.detail}"
                for found in self._check(draft, request)
                if not found.passed and found.name is not CheckName.SENSITIVE  # no wording mends a topic
            ]
        return faults

    def _fails(self, name: CheckName, draft: Draft, request: DraftRequest) -> bool:
        found = self._check(draft, request) if self._check is not None else ()
        return any(one.name is name and not one.passed for one in found)

    def _draft(self, request: DraftRequest) -> Prompt:
        data, mark = _data(request)
        reading = request.reading
        rendered = self._catalogue.render(
            "draft",
            reading.language.value,
            mark=mark,
            company=request.sender.company,
            greeting_name=request.greeting_name,
            case_number=request.case_number,
            today=format_date(request.now.date(), "long", locale=locale_of(reading.language.value)),
            formality=reading.style.formality,
            expertise=reading.style.expertise,
            length=reading.style.length,
            emotion=reading.style.emotion,
            address=request.address,
            warmth=request.warmth,
            role=request.role,
            sources=_sources(request.matches, mark),
            forbidden=", ".join(request.forbidden),
            notes=notes(request),
        )
        return Prompt(rendered.id, rendered.text, data, mark, rendered.after)

    def _rewrite(self, request: DraftRequest, previous: str, faults: list[str] | None = None) -> Prompt:
        data, mark = _data(request, previous)
        rendered = self._catalogue.render(
            "rewrite",
            request.reading.language.value,
            mark=mark,
            company=request.sender.company,
            greeting_name=request.greeting_name,
            formality=request.reading.style.formality,
            previous=fence("draft", previous, mark),
            wish=" ".join(
                filter(None, (request.tone.in_words(request.reading.language.value), str(request.wish)))
            ),
            faults="\n".join(f"- {fault}" for fault in faults or ()),
            placeholders=", ".join(sorted(given_placeholders(request))),
            sources=_sources(request.matches, mark),
            forbidden=", ".join(request.forbidden),
            notes=notes(request),
        )
        return Prompt(rendered.id, rendered.text, data, mark, rendered.after)


def _as_wished(request: DraftRequest) -> DraftRequest:
    """The request with the tone that an agent chose in place of the customer's own."""
    if not (tone := request.tone):
        return request
    reading = replace(request.reading, style=tone.style(request.reading.style))
    warmth = {"even": ""}.get(tone.warmth, tone.warmth or request.warmth)
    return replace(request, reading=reading, address=tone.address or request.address, warmth=warmth)


def _data(request: DraftRequest, *more: str) -> tuple[dict[str, RedactedText], str]:
    """The customer's words, and a mark for the fences that neither they nor the sources contain."""
    data = {
        f"earlier-{place}": text[:_MOST_OF_A_MAIL]
        for place, text in enumerate(request.history[-_MOST_HISTORY:], 1)
    }
    data |= {"subject": request.subject[:300], "mail": request.new_text[:_MOST_OF_A_MAIL]}
    return data, mark_for([*map(str, data.values()), *(_shown(match) for match in request.matches), *more])


def _sources(matches: tuple[Match, ...], mark: str) -> str:
    return fence_all({f"source {match.id}": _shown(match) for match in matches}, mark)


def _shown(match: Match) -> str:
    """A source as the model sees it: whole where it is short, else its best passage.

    Placeholders of a solved case name that case's people, not this one's; they are blanked.
    """
    document = match.document
    body = document.body if len(document.body) <= _MOST_OF_A_SOURCE else match.passage[:_MOST_OF_A_SOURCE]
    return PLACEHOLDER.sub("…", f"{document.title}\n{body}")


def _to_draft(
    completion: Completion[DraftAnswer], request: DraftRequest, prompt_id: str
) -> tuple[Draft, Letter]:
    letter = lay_out(completion.value, request)
    draft = Draft(
        subject=reply_subject(str(request.subject)),
        text=letter.text,
        language=request.reading.language.value,
        engine="llm",
        prompt=prompt_id,
        sentences=letter.sentences,
        model=completion.model,
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        warnings=letter.warnings,
    )
    return draft, letter
