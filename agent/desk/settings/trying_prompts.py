"""A prompt in work tried on chosen past mails, beside the one that counts. Nothing is written to cases, nothing is sent.

Asking a model takes longer than a page may: the row is the queue, and a worker answers it mail by mail.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import placeholders_of
from agent.desk.house import House, Understanding
from agent.desk.settings.changing import may_decide
from agent.desk.settings.prompts import copy_of, shown
from agent.desk.steps.drafting import request_of, write_checked
from agent.desk.values import redacted
from agent.errors import NotFound, WrongUse
from agent.store.due import RING_AGAIN_AFTER, is_ahead, is_over
from agent.store.queries.past_mails import past_mail_ids
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    MessageRow,
    PersonRow,
    PromptTrialMailRow,
    PromptTrialRow,
)
from agent.triage.reading import TriageInput
from prompts.catalogue import Catalogue, PromptFile, misfits, reworded

TRY_PROMPT = "try_prompt"
MOST_MAILS = 5
OFFERED = 12
LOOKS_BACK = timedelta(days=365)
LEASE = timedelta(minutes=15)

READING, REWRITING = "triage", "rewrite"
_WISH = {
    "da": "Skriv det kortere.",
    "nb": "Skriv det kortere.",
    "sv": "Skriv det kortare.",
    "de": "Bitte kürzer.",
    "en": "Make it shorter.",
}
"""What is asked for when a prompt for rewriting is tried."""

log = structlog.get_logger()


def offered_mails(session: Session, house: House, language: str) -> tuple[tuple[MessageRow, CaseRow], ...]:
    """The newest past mails in this language that a prompt can be tried on."""
    since = house.clock() - LOOKS_BACK
    found = past_mail_ids(session, since=since, limit=OFFERED, language=language)
    rows = session.execute(
        select(MessageRow, CaseRow)
        .join(CaseRow, CaseRow.id == MessageRow.case_id)
        .where(MessageRow.id.in_(found))
        .order_by(MessageRow.id.desc())
    )
    return tuple((message, case) for message, case in rows)


def ask_trial(
    unit: Unit,
    house: House,
    files: Catalogue,
    *,
    copy_id: int,
    message_ids: Sequence[int],
    person: PersonRow,
) -> PromptTrialRow:
    """Have a copy tried on these mails, both ways. Raises `NotAllowed`, `NotFound` and `WrongUse`."""
    may_decide(person)
    row = copy_of(unit.session, copy_id)
    if problems := misfits(files.filed(row.task, row.language), row.body):
        raise WrongUse(problems[0], code="prompt.misfit", remedy="Put it right, then try it.")
    wanted = sorted(set(message_ids))
    if not 0 < len(wanted) <= MOST_MAILS:
        raise WrongUse(
            f"A prompt is tried on 1 to {MOST_MAILS} mails.",
            code="prompt.mails",
            remedy="Tick those to try it on.",
        )
    now = house.clock()
    trial = PromptTrialRow(copy_id=row.id, body=row.body, person_id=person.id, created_at=now)
    unit.session.add(trial)
    unit.session.flush()
    for message_id in wanted:
        if unit.session.get(MessageRow, message_id) is None:
            raise NotFound(
                "One of these mails is gone.", code="prompt.mail_gone", remedy="Choose the mails again."
            )
        unit.session.add(PromptTrialMailRow(trial_id=trial.id, message_id=message_id))
    record(unit, "prompt.tried", actor=by(person), now=now, subject=f"prompt:{row.id}", mails=len(wanted))
    trial_id = trial.id
    unit.after_commit(lambda: house.doorbell.ring(TRY_PROMPT, trial_id))
    return trial


def ring_for_trials(unit: Unit, house: House) -> None:
    """Ring for trials that nobody works on: the broker may have lost the first ring, or a worker died."""
    waiting = select(PromptTrialRow.id).where(
        PromptTrialRow.state.in_(("waiting", "running")),
        is_over(PromptTrialRow.lease_until, house.clock()),
        PromptTrialRow.created_at <= house.clock() - RING_AGAIN_AFTER,
    )
    for trial_id in unit.session.scalars(waiting):
        unit.after_commit(lambda trial_id=trial_id: house.doorbell.ring(TRY_PROMPT, trial_id))  # type: ignore[misc]


def try_prompt(house: House, trial_id: int) -> None:
    """Answer one trial, if it waits for that. Safe to call any number of times."""
    taken = _take(house, trial_id)
    if taken is None:
        return
    tried, now_in_force, message_ids = taken
    before, after = (house.understanding.reworded(one) for one in (now_in_force, tried))
    if before is None or after is None:
        _end(house, trial_id, "There is no language model that would read it.")
        return
    try:
        for message_id in message_ids:
            _keep(
                house, trial_id, message_id,
                _answer(house, before, now_in_force, message_id), _answer(house, after, tried, message_id),
            )  # fmt: skip
    except Exception as error:
        log.exception("prompt_trial.failed", trial=trial_id, error=type(error).__name__)
        _end(house, trial_id, f"It could not be finished ({type(error).__name__}).")
    else:
        _end(house, trial_id, "")


def _take(house: House, trial_id: int) -> tuple[PromptFile, PromptFile, list[int]] | None:
    with house.store.writing() as unit:
        trial = unit.session.get(PromptTrialRow, trial_id, with_for_update=True)
        now = house.clock()
        if trial is None or trial.state in ("done", "failed"):
            return None
        if is_ahead(trial.lease_until, now):
            return None
        trial.state, trial.lease_until = "running", now + LEASE
        row = copy_of(unit.session, trial.copy_id)
        files = house.understanding.prompts
        in_force = shown(unit.session, house.company, files, row.task, row.language).file
        tried = reworded(
            files.filed(row.task, row.language), max(row.version, in_force.version + 1), trial.body
        )
        mails = unit.session.scalars(
            select(PromptTrialMailRow).where(PromptTrialMailRow.trial_id == trial_id)
        )
        return tried, in_force, [mail.message_id for mail in mails if not mail.tried]


def _answer(house: House, parts: Understanding, file: PromptFile, message_id: int) -> dict[str, Any]:
    """What comes of a mail with this prompt, as a page shows it; redacted."""
    with house.store.reading() as session:
        message = session.get(MessageRow, message_id)
        case = session.get(CaseRow, message.case_id) if message and message.case_id else None
        if message is None or case is None:
            return {"gone": True}
        customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        if "drafts" in (customer.objections if customer else ()):
            return {"objects": True}
        mail = TriageInput(*redacted(message), known_language=case.language)
        placeholders = placeholders_of(session, case.id)
        request = request_of(session, house, case, message)
    if file.task == READING:
        reading = parts.triage.read(mail)
        return {
            "prompt": file.id,
            "engine": reading.engine,
            "category": reading.category.value,
            "sentiment": reading.sentiment.value.value,
            "text": reading.summary,
        }
    draft = write_checked(parts, request, placeholders)
    if file.task == REWRITING:
        wish = house.understanding.redactor.redact(_WISH.get(file.language, _WISH["en"])).text
        previous = house.understanding.redactor.redact(draft.text, placeholders=placeholders).text
        draft = write_checked(parts, replace(request, wish=wish, previous=previous), placeholders)
    return {
        "prompt": draft.prompt,
        "engine": draft.engine,
        "text": draft.text,
        "words": len(draft.text.split()),
        "unsourced": sum(not one.supported for one in draft.sentences),
        "failed": [str(check.name.value) for check in draft.checks if not check.passed],
        "tokens": draft.tokens_in + draft.tokens_out,
    }


def _keep(
    house: House, trial_id: int, message_id: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    with house.store.writing() as unit:
        row = unit.session.get(PromptTrialMailRow, (trial_id, message_id))
        if row is not None:  # erased meanwhile
            row.published, row.tried = before, after


def _end(house: House, trial_id: int, problem: str) -> None:
    with house.store.writing() as unit:
        trial = unit.session.get(PromptTrialRow, trial_id, with_for_update=True)
        if trial is not None:
            trial.state = "failed" if problem else "done"
            trial.problem, trial.finished_at, trial.lease_until = problem, house.clock(), None
