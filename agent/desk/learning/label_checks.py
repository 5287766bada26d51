"""Two people label the same mail without seeing each other's choice; where they differ, a lead decides.

While a label is being checked it counts half; while two people disagree it counts for nothing; what they agree on,
or a lead decided, counts fully.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from agent.desk.audit import by, record
from agent.desk.house import House
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.label_checks import SKIPPED
from agent.store.session import Unit
from agent.store.tables import CorrectionRow, LabelCheckRow, LabelVoteRow, PersonRow
from agent.triage import taxonomy

LEADS = ("lead", "admin")
MOST_DRAWN = 500
WHILE_CHECKED, WHILE_DISPUTED, FULLY = 0.5, 0.0, 1.0


def open_checks(unit: Unit, corrections: Sequence[CorrectionRow], *, cause: str, now: datetime) -> None:
    """Put labels to two people. `cause` is why: sample | doubt | dispute."""
    for correction in corrections:
        unit.session.add(
            LabelCheckRow(correction_id=correction.id, cause=cause, label=correction.after, created_at=now)
        )
        _count(correction, min(correction.weight, WHILE_CHECKED), now)


def draw_sample(unit: Unit, house: House, *, size: int, seed: int, person: PersonRow) -> int:
    """Put `size` more standing labels to two people: disputed corrections first, then any; how many were drawn.

    A correction is disputed when people set the category of one case to different values.
    """
    _needs_lead(person)
    if not 1 <= size <= MOST_DRAWN:
        raise WrongUse(
            "That many labels cannot be drawn.", code="labels.size", remedy=f"Ask for 1 to {MOST_DRAWN}."
        )
    other = aliased(CorrectionRow)
    disputed = exists().where(
        other.case_id == CorrectionRow.case_id,
        other.field == "category",
        other.after != CorrectionRow.after,
        other.undone_at.is_(None),
    )
    rows = unit.session.execute(
        select(CorrectionRow.id, disputed.label("disputed")).where(
            CorrectionRow.field == "category",
            CorrectionRow.undone_at.is_(None),
            CorrectionRow.redacted_text != "",
            ~exists().where(LabelCheckRow.correction_id == CorrectionRow.id),
        )
    ).all()
    shuffled = [rows[int(index)] for index in np.random.default_rng(seed).permutation(len(rows))]
    drawn = sorted(shuffled, key=lambda row: not row.disputed)[:size]
    now = house.clock()
    for cause, ids in (
        ("dispute", [row.id for row in drawn if row.disputed]),
        ("sample", [row.id for row in drawn if not row.disputed]),
    ):
        found = unit.session.scalars(select(CorrectionRow).where(CorrectionRow.id.in_(ids))).all()
        open_checks(unit, found, cause=cause, now=now)
    record(unit, "labels.drawn", actor=by(person), now=now, labels=len(drawn))
    return len(drawn)


def choose(unit: Unit, house: House, *, check_id: int, category: str, person: PersonRow) -> str:
    """One person's choice; an empty category skips. The outcome so far: open | agreed | disagreed.

    Raises `WrongUse` for a category that does not exist, `Conflict` where the label needs no further choice.
    """
    if category != SKIPPED:
        _check_category(house, category)
    check = _check(unit.session, check_id)
    mine = select(LabelVoteRow.id).where(
        LabelVoteRow.check_id == check.id, LabelVoteRow.person_id == person.id
    )
    if check.outcome or len(_choices(unit.session, check)) >= 2 or unit.session.scalar(mine):
        raise Conflict(
            "This label needs no further choice.", code="label.settled", remedy="Go on with the next."
        )
    now = house.clock()
    unit.session.add(LabelVoteRow(check_id=check.id, person_id=person.id, category=category, at=now))
    unit.session.flush()
    record(unit, "label.chosen", actor=by(person), now=now, subject=f"label:{check.id}", category=category)
    return _settle(unit.session, check, now)


def take_back(unit: Unit, house: House, *, person: PersonRow) -> None:
    """Take this person's newest choice back; the label waits again. Raises `Conflict` once a lead has decided."""
    vote = unit.session.scalar(
        select(LabelVoteRow)
        .where(LabelVoteRow.person_id == person.id)
        .order_by(LabelVoteRow.id.desc())
        .limit(1)
    )
    if vote is None:
        raise NotFound("There is no choice to take back.", code="label.none", remedy="Choose first.")
    check = _check(unit.session, vote.check_id)
    if check.outcome in {"decided", "dropped"}:
        raise Conflict(
            "A lead has decided since.", code="label.decided", remedy="Ask the lead to look at it again."
        )
    unit.session.delete(vote)
    unit.session.flush()
    now = house.clock()
    record(unit, "label.taken_back", actor=by(person), now=now, subject=f"label:{check.id}")
    _settle(unit.session, check, now)


def decide(unit: Unit, house: House, *, check_id: int, category: str, person: PersonRow) -> None:
    """A lead decides where two people disagree; an empty category drops the mail from what is learnt.

    Raises `WrongUse` for others than leads, `Conflict` where nothing is to be decided.
    """
    _needs_lead(person)
    check = _check(unit.session, check_id)
    if check.outcome or not _disagree(_choices(unit.session, check)):
        raise Conflict("There is nothing to decide.", code="label.settled", remedy="Load the page again.")
    now = house.clock()
    correction = unit.session.get_one(CorrectionRow, check.correction_id)
    if category == SKIPPED:
        check.outcome = "dropped"
        _count(correction, WHILE_DISPUTED, now)
    else:
        _check_category(house, category)
        check.outcome, correction.after = "decided", category
        _count(correction, FULLY, now)
    check.decided_by_id, check.settled_at = person.id, now
    record(unit, "label.decided", actor=by(person), now=now, subject=f"label:{check.id}", category=category)


def reopen(unit: Unit, house: House, *, person: PersonRow) -> None:
    """Take this lead's newest decision back. Raises `WrongUse` for others than leads, `NotFound` without one."""
    _needs_lead(person)
    check = unit.session.scalar(
        select(LabelCheckRow)
        .where(LabelCheckRow.decided_by_id == person.id, LabelCheckRow.outcome.in_(("decided", "dropped")))
        .order_by(LabelCheckRow.settled_at.desc(), LabelCheckRow.id.desc())
        .limit(1)
        .with_for_update()
    )
    if check is None:
        raise NotFound("There is no decision to take back.", code="label.none", remedy="Decide first.")
    now = house.clock()
    check.decided_by_id = None
    record(unit, "label.reopened", actor=by(person), now=now, subject=f"label:{check.id}")
    _settle(unit.session, check, now)


def _settle(session: Session, check: LabelCheckRow, now: datetime) -> str:
    """Let the choices so far count; the outcome."""
    correction = session.get_one(CorrectionRow, check.correction_id)
    choices = _choices(session, check)
    check.outcome, check.settled_at = "", None
    if len(choices) == 2 and choices[0] == choices[1]:
        check.outcome, check.settled_at, correction.after = "agreed", now, choices[0]
        _count(correction, FULLY, now)
        return "agreed"
    correction.after = check.label
    disputed = check.cause == "dispute" or _disagree(choices)
    _count(correction, WHILE_DISPUTED if disputed else WHILE_CHECKED, now)
    return "disagreed" if _disagree(choices) else "open"


def _count(correction: CorrectionRow, weight: float, now: datetime) -> None:
    correction.weight, correction.changed_at = weight, now


def _choices(session: Session, check: LabelCheckRow) -> list[str]:
    wanted = select(LabelVoteRow.category).where(
        LabelVoteRow.check_id == check.id, LabelVoteRow.category != SKIPPED
    )
    return list(session.scalars(wanted))


def _disagree(choices: Sequence[str]) -> bool:
    return len(choices) == 2 and choices[0] != choices[1]


def _check(session: Session, check_id: int) -> LabelCheckRow:
    check = session.get(LabelCheckRow, check_id, with_for_update=True)
    if check is None:
        raise NotFound("There is no such label.", code="label.unknown", remedy="Load the page again.")
    return check


def _check_category(house: House, category: str) -> None:
    slugs = taxonomy.load(house.company.overrides.get("taxonomy")).slugs
    if category not in slugs:
        raise WrongUse(
            f"{category!r} is not a category.",
            code="category.unknown",
            remedy=f"Use one of {', '.join(slugs)}.",
        )


def _needs_lead(person: PersonRow) -> None:
    if person.role not in LEADS:
        raise WrongUse("Only a lead can do that.", code="labels.lead", remedy="Ask a lead.")
