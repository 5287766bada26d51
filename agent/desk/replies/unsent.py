"""Half-written words are kept by the server: they survive a reload, a lost connection and a change of browser.

They are nobody else's business: each person has their own, and sending or adding the words ends them.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change
from agent.desk.house import House
from agent.desk.replies.versions import MAX_LETTER
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import DraftRow, PersonRow, UnsentTextRow

FORMS = ("edit", "write", "rewrite", "reject", "escalate", "note")
MAX_SUBJECT = 500


def keep_unsent(
    unit: Unit,
    house: House,
    *,
    case_id: int,
    form: str,
    text: str,
    subject: str = "",
    draft_id: int | None = None,
    revision: int | None = None,
    person: PersonRow,
) -> UnsentTextRow | None:
    """Keep what stands in a form now; None when nothing stands there.

    `revision` is what the form was last told, 0 for none. Raises `Conflict` when newer words were kept from another
    window meanwhile; None as `revision` overwrites them. `draft_id` names the version that an edit began from, and
    is taken over from the first save.
    """
    _known(form)
    if len(text) > MAX_LETTER:
        raise WrongUse("This is too long to keep.", code="unsent.too_long", remedy="Shorten it.")
    session, now = unit.session, house.clock()
    case_for_change(session, case_id)
    row = unsent_of(session, case_id, person.id, form, discarded=True)
    fresh = row is None or row.discarded_at is not None
    if revision is not None and revision != (0 if fresh or row is None else row.revision):
        raise Conflict(
            "You are writing this in another window too.",
            code="unsent.elsewhere",
            remedy="Load the page again to see the newer words; copy yours first.",
        )
    if not text.strip():
        if row is not None and not fresh:
            session.delete(row)
        return None
    began_from = _draft_of_case(session, case_id, draft_id) if fresh or row is None else row.draft_id
    if row is None:
        row = UnsentTextRow(case_id=case_id, person_id=person.id, form=form, revision=0, text=text)
        session.add(row)
    row.draft_id = began_from
    row.text, row.subject = text.replace("\r\n", "\n"), " ".join(subject.split())[:MAX_SUBJECT]
    row.revision += 1
    row.saved_at, row.discarded_at = now, None
    session.flush()
    return row


def discard_unsent(unit: Unit, house: House, *, case_id: int, form: str, person: PersonRow) -> None:
    """Put the words aside; `bring_back_unsent` has them again. Raises `NotFound` when there are none."""
    row = unsent_of(unit.session, case_id, person.id, form)
    if row is None:
        raise NotFound("There are no such words.", code="unsent.none", remedy="They may have been sent.")
    row.discarded_at = house.clock()
    _record(unit, "unsent.discarded", row, person, house.clock())


def bring_back_unsent(unit: Unit, house: House, *, case_id: int, form: str, person: PersonRow) -> None:
    """Undo a discard. Raises `NotFound` when nothing was discarded."""
    row = unsent_of(unit.session, case_id, person.id, form, discarded=True)
    if row is None:
        raise NotFound("There is nothing to bring back.", code="unsent.none", remedy="It may have been sent.")
    row.discarded_at = None
    _record(unit, "unsent.brought_back", row, person, house.clock())


def forget_unsent(session: Session, case_id: int, person_id: int, form: str) -> None:
    """The words were sent, saved or added: what was kept of them goes."""
    session.execute(
        delete(UnsentTextRow).where(
            UnsentTextRow.case_id == case_id,
            UnsentTextRow.person_id == person_id,
            # an edit and a reply of one's own are the same letter at different times
            UnsentTextRow.form.in_(("edit", "write") if form in {"edit", "write"} else (form,)),
        )
    )


def unsent_of(
    session: Session, case_id: int, person_id: int, form: str, *, discarded: bool = False
) -> UnsentTextRow | None:
    """This person's words in this form; discarded ones only when asked for."""
    row = session.scalar(
        select(UnsentTextRow).where(
            UnsentTextRow.case_id == case_id,
            UnsentTextRow.person_id == person_id,
            UnsentTextRow.form == form,
        )
    )
    return row if row is not None and (discarded or row.discarded_at is None) else None


def _known(form: str) -> None:
    if form not in FORMS:
        raise WrongUse("There is no such form.", code="unsent.form", remedy="Load the page again.")


def _draft_of_case(session: Session, case_id: int, draft_id: int | None) -> int | None:
    draft = session.get(DraftRow, draft_id) if draft_id else None
    return draft.id if draft is not None and draft.case_id == case_id else None


def _record(unit: Unit, action: str, row: UnsentTextRow, person: PersonRow, now: datetime) -> None:
    record(unit, action, actor=by(person), now=now, case_id=row.case_id, subject=f"unsent:{row.form}")
