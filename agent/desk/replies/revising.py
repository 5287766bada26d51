"""What people do to a draft sentence by sentence: take one out, give it a source, vouch for it.

A draft's words never change, so what an act makes of them is worked out first, outside any transaction and with the
checks run again; `revise` then writes it as a new version, which `agent.desk.replies.going_back` can undo.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import placeholders_of
from agent.desk.house import House
from agent.desk.replies.approval import draft_to_change
from agent.desk.replies.versions import Made, copy_version
from agent.desk.steps.drafting import request_of
from agent.drafting.checks import rests_on_sources, run_checks
from agent.drafting.draft import Draft, DraftRequest, DraftSentence
from agent.errors import NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, DraftRow, MatchRow, MessageRow, PersonRow
from agent.store.values import dump
from knowledge.search import Match

CHOSEN = "chosen by a colleague"
"""Why a source that a person found is among the matches of a mail."""

_PARAPHRASED = "llm"  # people word freely, as a language model does
_ACTIONS = {
    Made.REMOVED: "draft.sentence_removed",
    Made.SOURCED: "draft.source_given",
    Made.VOUCHED: "draft.vouched",
    Made.UNVOUCHED: "draft.vouch_taken_back",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """A version that is worked out and not yet written. `supported` is what the check said of a chosen source."""

    draft_id: int
    made: Made
    sentence: int
    text: str
    sentences: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    source: Match | None = None
    supported: bool = True
    detail: Mapping[str, Any] = field(default_factory=dict)


def removal(house: House, *, case_id: int, draft_id: int, sentence: int, text: str) -> Revision:
    """The draft without its sentence number `sentence` (from 1), `text` being what is then left of the letter."""
    with house.store.reading() as session:
        draft, _ = _sentence(session, case_id, draft_id, sentence)
        left = [one for place, one in enumerate(draft.sentences, start=1) if place != sentence]
        return _revision(session, house, draft, Made.REMOVED, sentence, left, text=text)


def vouching(
    house: House, *, case_id: int, draft_id: int, sentence: int, person: PersonRow, stands: bool = True
) -> Revision:
    """The draft with a sentence that `person` vouches for, or that nobody vouches for any longer."""
    with house.store.reading() as session:
        draft, told = _sentence(session, case_id, draft_id, sentence)
        if stands and told.get("supported", True):
            raise WrongUse(
                "This sentence is settled already.", code="draft.settled", remedy="There is nothing to do."
            )
        changed = {key: value for key, value in told.items() if key not in {"vouched_by", "vouched_at"}}
        if stands:
            changed |= {"vouched_by": person.id, "vouched_at": house.clock().isoformat()}
        changed["supported"] = stands
        made = Made.VOUCHED if stands else Made.UNVOUCHED
        return _revision(session, house, draft, made, sentence, _with(draft, sentence, changed))


def sourcing(
    house: House, *, case_id: int, draft_id: int, sentence: int, source: Match, person: PersonRow
) -> Revision:
    """The draft in which a sentence cites `source`; whether the source carries it is checked, not assumed."""
    with house.store.reading() as session:
        draft, told = _sentence(session, case_id, draft_id, sentence)
        try:
            request = _request(session, house, draft)
        except (LookupError, ValueError) as error:
            raise WrongUse(
                "The mail has not been read yet.", code="draft.unread", remedy="Wait until it has been read."
            ) from error
        request = replace(request, matches=_and(request.matches, source))
        cited = DraftSentence(_hidden(told["text"], placeholders_of(session, case_id)), (source.id,))
        supported = rests_on_sources(cited, _engine(draft), request)
        foreign = source.document.language != request.reading.language.value
        changed = {key: value for key, value in told.items() if key not in {"vouched_by", "vouched_at"}} | {
            "sources": [source.id],
            "supported": supported,
            "chosen_by": person.id,
            "judged": ("foreign" if foreign else "carried") if supported else "not_carried",
        }
        sentences = _with(draft, sentence, changed)
        made = _revision(session, house, draft, Made.SOURCED, sentence, sentences, source=source)
        return replace(made, supported=supported, detail={"document": source.id, "supported": supported})


def revise(
    unit: Unit, house: House, revision: Revision, *, case_id: int, content_hash: str, person: PersonRow
) -> DraftRow:
    """Write the version. Raises `Conflict` when the draft changed meanwhile."""
    case, draft = draft_to_change(
        unit.session, case_id=case_id, draft_id=revision.draft_id, content_hash=content_hash
    )
    if revision.source is not None:
        _keep_source(unit.session, draft.message_id, revision.source)
    version = copy_version(
        unit, house, case, draft, made=revision.made, person=person, previous=draft,
        text=revision.text, sentences=revision.sentences, checks=revision.checks,
    )  # fmt: skip
    record(
        unit, _ACTIONS[revision.made], actor=by(person), now=version.created_at, case_id=case.id,
        subject=f"draft:{version.id}", sentence=revision.sentence, **revision.detail,
    )  # fmt: skip
    return version


def _sentence(session: Session, case_id: int, draft_id: int, number: int) -> tuple[DraftRow, dict[str, Any]]:
    draft = session.get(DraftRow, draft_id)
    if draft is None or draft.case_id != case_id or not 1 <= number <= len(draft.sentences):
        raise NotFound(
            "This draft has no such sentence.", code="draft.no_sentence", remedy="Look at the case again."
        )
    return draft, draft.sentences[number - 1]


def _with(draft: DraftRow, number: int, sentence: dict[str, Any]) -> list[dict[str, Any]]:
    return [sentence if place == number else one for place, one in enumerate(draft.sentences, start=1)]


def _revision(
    session: Session,
    house: House,
    draft: DraftRow,
    made: Made,
    number: int,
    sentences: list[dict[str, Any]],
    *,
    text: str | None = None,
    source: Match | None = None,
) -> Revision:
    text = draft.text if text is None else text
    checks = _rechecked(session, house, draft, text, sentences, source)
    return Revision(draft.id, made, number, text, sentences, checks, source=source)


def _rechecked(
    session: Session,
    house: House,
    draft: DraftRow,
    text: str,
    sentences: Sequence[Mapping[str, Any]],
    source: Match | None,
) -> list[dict[str, Any]]:
    """The checks that the draft had, run again over these sentences; what a person vouches for needs no source."""
    try:
        request = _request(session, house, draft)
    except (LookupError, ValueError):  # written by a person to a mail that nobody has read for its sense
        return list(draft.checks)
    if source is not None:
        request = replace(request, matches=_and(request.matches, source))
    placeholders = placeholders_of(session, draft.case_id)
    letter = Draft(
        subject=_hidden(draft.subject, placeholders),
        text=_hidden(text, placeholders),
        language=draft.language,
        engine=_engine(draft),
        prompt=draft.prompt,
        sentences=tuple(
            DraftSentence(_hidden(one["text"], placeholders), tuple(one["sources"]), one["supported"])
            for one in sentences
        ),
    )
    found = run_checks(
        letter,
        request,
        language_of=house.understanding.language_of,
        known_placeholders=frozenset(placeholders),
    )
    vouched = {place for place, one in enumerate(sentences, start=1) if one.get("vouched_by")}
    had = {check["name"] for check in draft.checks}
    return [_without(dump(check), vouched) for check in found if check.name in had]


def _without(check: dict[str, Any], vouched: set[int]) -> dict[str, Any]:
    """A check of sources or promises, less what it found in sentences that a person answers for by name."""
    if check["name"] not in {"grounding", "promises"}:
        return check
    left = [one for one in check["findings"] if one["sentence"] not in vouched]
    detail = " ".join(one["words"] for one in left)
    return check | {"passed": not left, "detail": detail, "findings": left}


def _request(session: Session, house: House, draft: DraftRow) -> DraftRequest:
    case, message = session.get_one(CaseRow, draft.case_id), session.get_one(MessageRow, draft.message_id)
    return request_of(session, house, case, message)


def _engine(draft: DraftRow) -> str:
    return _PARAPHRASED if draft.engine == "person" else draft.engine


def _and(matches: tuple[Match, ...], source: Match) -> tuple[Match, ...]:
    return (*(one for one in matches if one.id != source.id), source)


def _hidden(text: str, placeholders: Mapping[str, str]) -> str:
    """The text with the names of this conversation as the writer had them: its placeholders."""
    for token, value in sorted(placeholders.items(), key=lambda entry: -len(entry[1])):
        if value.strip():
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _, token=token: token, text)  # type: ignore[misc]
    return text


def _keep_source(session: Session, message_id: int, source: Match) -> None:
    """Put the source among those that were found for the mail, so that later versions may rest on it too."""
    known = session.scalar(
        select(MatchRow.id).where(MatchRow.message_id == message_id, MatchRow.document_id == source.id)
    )
    if known is not None:
        return
    last = session.scalar(select(func.max(MatchRow.rank)).where(MatchRow.message_id == message_id))
    document = source.document
    session.add(
        MatchRow(
            message_id=message_id,
            rank=0 if last is None else last + 1,
            document_id=document.id,
            kind=document.kind,
            language=document.language,
            title=document.title,
            passage=source.passage,
            score=source.score,
            reason=CHOSEN,
        )
    )
