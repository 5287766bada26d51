"""One reviewed reply for all customers of an incident: each gets a letter of their own, approved as a set, sent once.

Every letter goes the way of any other: its own version, its own approval of exactly that text, its own place in the
outbox. Who wrote, was answered or changed since the lead read the letters is left out and named.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.escalations.incident_letters import (
    IncidentLetter,
    Recipient,
    Why,
    check_texts,
    letter_for,
    members,
    recipient_of,
    recipients,
)
from agent.desk.house import House
from agent.desk.replies import approval
from agent.desk.replies.signing import signature_below_text
from agent.desk.replies.versions import content_hash_of, newest_draft, write_version
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    DraftRow,
    EditRow,
    IncidentReplyRow,
    IncidentRow,
    MailboxRow,
    OutboxRow,
    PersonRow,
)

LEADS = ("lead", "admin")
MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What a lead reads before approving: each customer's letter, and who gets none and why, by case."""

    letters: tuple[IncidentLetter, ...]
    left_out: Mapping[int, Why]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a set is. `states` are those of the outbox by case: waiting, sending, sent, cancelled, …"""

    reply: IncidentReplyRow
    states: Mapping[int, str]
    cases: Mapping[int, CaseRow]

    @property
    def total(self) -> int:
        return len(self.reply.letters)

    @property
    def sent(self) -> int:
        return Counter(self.states.values())["sent"]

    @property
    def under_way(self) -> int:
        return sum(state in ("waiting", "sending") for state in self.states.values())

    @property
    def amiss(self) -> int:
        """Letters that a person has to look at: refused, or of unknown fate."""
        return sum(state in ("failed", "uncertain") for state in self.states.values())


def preview(
    session: Session, house: House, *, incident_id: int, texts: Mapping[str, str], person: PersonRow
) -> Preview:
    """Each customer's letter from the text of their group, signed by `person`; a group without a text gets none.

    Raises `WrongUse` for a text that may not go to all.
    """
    cases = members(session, incident_id)
    checked = check_texts(session, house.company, texts, cases)
    found, left_out = recipients(session, cases)
    letters = tuple(
        _signed(session, house, letter_for(one, checked[one.group]), person)
        for one in found
        if one.group in checked
    )
    missing = {one.case_id: Why.NOT_PICKED for one in found if one.group not in checked}
    return Preview(letters, left_out | missing)


def approve_set(
    unit: Unit,
    house: House,
    *,
    incident_id: int,
    texts: Mapping[str, str],
    seals: Sequence[str],
    press: str,
    person: PersonRow,
) -> IncidentReplyRow:
    """Put the letters that were shown (`seals`) into the outbox, all in one unit of work.

    The same `press` again gives the same reply and sends nothing more. Raises `WrongUse` for a text that may not go
    to all, or a person who may not; `Conflict` where nothing that was shown can be sent any more.
    """
    _may(person)
    before = _pressed(unit.session, press)
    if before is not None:
        return before
    incident = unit.session.get(IncidentRow, incident_id, with_for_update=True)
    if incident is None:
        raise NotFound(
            "There is no such incident.", code="incident.unknown", remedy="Look at the board again."
        )
    if (before := _pressed(unit.session, press)) is not None:  # while we waited for the lock
        return before
    wanted = _unsealed(seals)
    cases = members(unit.session, incident_id)
    checked = check_texts(unit.session, house.company, texts, cases)
    own = unit.session.scalars(select(MailboxRow.address)).all()
    letters: list[dict[str, int]] = []
    left_out: list[dict[str, object]] = []
    for case_id in (case.id for case in cases):
        outcome = _approve_one(unit, house, case_id, wanted.get(case_id), checked, own, person)
        if isinstance(outcome, OutboxRow):
            letters.append({"case": case_id, "draft": outcome.draft_id or 0, "outbox": outcome.id})
        else:
            left_out.append({"case": case_id, "reason": str(outcome)})
    if not letters:
        raise Conflict(
            "None of these letters can be sent as it was shown.",
            code="incident.nothing",
            remedy="Look at the letters again; somebody may have answered meanwhile.",
        )
    now = house.clock()
    row = IncidentReplyRow(
        incident_id=incident_id, person_id=person.id, press=press, letters=letters, left_out=left_out,
        created_at=now,
    )  # fmt: skip
    unit.session.add(row)
    unit.session.flush()
    record(
        unit, "incident.reply_approved", actor=by(person), now=now, subject=f"incident:{incident_id}",
        reply=row.id, cases=[one["case"] for one in letters], left_out=[one["case"] for one in left_out],
    )  # fmt: skip
    return row


def undo_set(unit: Unit, house: House, *, reply_id: int, person: PersonRow) -> IncidentReplyRow:
    """Take back every letter that has not begun to leave. Raises `Conflict` when there is none left."""
    _may(person)
    row = unit.session.get(IncidentReplyRow, reply_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such reply.", code="reply.unknown", remedy="Look at the board again.")
    taken: list[int] = []
    for one in row.letters:
        letter = unit.session.get(OutboxRow, one["outbox"], with_for_update=True)
        if letter is not None and letter.state == "waiting" and not letter.attempts:
            approval.undo(unit, house, outbox_id=letter.id, person=person)
            taken.append(one["case"])
    if not taken:
        raise Conflict(
            "The replies can no longer be taken back.",
            code="outbox.gone",
            remedy="Write to the customers again if something has to be put right.",
        )
    row.undone_at = house.clock()
    record(
        unit, "incident.reply_undone", actor=by(person), now=row.undone_at,
        subject=f"incident:{row.incident_id}", reply=row.id, cases=taken,
    )  # fmt: skip
    return row


def progress(session: Session, reply_id: int) -> Progress:
    """How far a set is. Raises `NotFound`."""
    row = session.get(IncidentReplyRow, reply_id)
    if row is None:
        raise NotFound("There is no such reply.", code="reply.unknown", remedy="Look at the board again.")
    letters = session.execute(
        select(OutboxRow.case_id, OutboxRow.state).where(
            OutboxRow.id.in_([one["outbox"] for one in row.letters])
        )
    )
    named = [one["case"] for one in (*row.letters, *row.left_out)]
    cases = session.scalars(select(CaseRow).where(CaseRow.id.in_(named)))
    by_case = {case_id: state for case_id, state in letters if case_id is not None}
    return Progress(row, by_case, {case.id: case for case in cases})


def _approve_one(
    unit: Unit,
    house: House,
    case_id: int,
    seal: str | None,
    texts: Mapping[str, str],
    own: Sequence[str],
    person: PersonRow,
) -> OutboxRow | Why:
    """Approve one customer's letter if it is still the one that was shown; the case is locked meanwhile."""
    case = unit.session.get(CaseRow, case_id, with_for_update=True, populate_existing=True)
    to = Why.ANSWERED if case is None else recipient_of(unit.session, case, own)
    if not isinstance(to, Recipient):
        return to
    if seal is None or to.group not in texts:
        return Why.NOT_PICKED
    letter = letter_for(to, texts[to.group])
    if letter.seal != seal:
        return Why.CHANGED if seal.startswith(f"{case_id}:{to.message_id}:") else Why.WROTE
    assert case is not None
    try:
        with unit.session.begin_nested():
            draft = _version(unit, house, case, letter, person)
            return approval.approve(
                unit,
                house,
                case_id=case_id,
                draft_id=draft.id,
                content_hash=draft.content_hash,
                person=person,
            )
    except WrongUse:  # an address that no mail can be sent to must not hold up the others
        return Why.ADDRESS


def _signed(session: Session, house: House, letter: IncidentLetter, person: PersonRow) -> IncidentLetter:
    """The letter with what its mailbox puts below it."""
    below = signature_below_text(session, house, letter.case_id, letter.text, letter.language, person)
    return replace(letter, signature=below)


def _version(unit: Unit, house: House, case: CaseRow, letter: IncidentLetter, person: PersonRow) -> DraftRow:
    """The letter as the case's newest version. What it says is true of this incident: nothing is learnt from it."""
    newest = newest_draft(unit.session, case.id)
    previous = newest if newest is not None and newest.state == "ready" else None
    draft = write_version(
        unit, house, case, message_id=letter.message_id, text=letter.text, subject=letter.subject,
        person=person, previous=previous,
    )  # fmt: skip
    draft.language = letter.language
    draft.to, draft.cc = [], []  # the letter that was shown is the customer's alone
    draft.content_hash = content_hash_of(unit.session, draft)
    written = unit.session.scalar(
        select(DraftRow.id)
        .where(DraftRow.message_id == letter.message_id, DraftRow.engine != "person")
        .order_by(DraftRow.version.desc())
        .limit(1)
    )
    if written is not None:
        now = house.clock()
        unit.session.add(
            EditRow(draft_id=draft.id, case_id=case.id, written_id=written, rung_at=now, learnt_at=now)
        )
    unit.session.flush()
    return draft


def _pressed(session: Session, press: str) -> IncidentReplyRow | None:
    return session.scalar(select(IncidentReplyRow).where(IncidentReplyRow.press == press))


def _unsealed(seals: Sequence[str]) -> dict[int, str]:
    wanted = {int(head): seal for seal in seals if (head := seal.partition(":")[0]).isdecimal()}
    if not wanted:
        raise WrongUse(
            "No letter was picked.", code="incident.nobody", remedy="Tick the customers who get the reply."
        )
    if len(wanted) > MOST_LETTERS:
        raise WrongUse(
            f"More than {MOST_LETTERS} letters are too many for one press.",
            code="incident.many",
            remedy="Untick some; they can follow.",
        )
    return wanted


def _may(person: PersonRow) -> None:
    if person.role not in LEADS:
        raise WrongUse(
            "Only leads answer many customers at once.", code="incident.role", remedy="Ask a lead to do it."
        )
