"""Deciding for which mails people see drafts: what holds, changing it with a reason, and taking that back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import SYSTEM, by, record
from agent.desk.house import House
from agent.drafting.rollout import EVERYTHING, Mode
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.rollouts import standing_decisions
from agent.store.session import Unit
from agent.store.tables import MailboxRow, PersonRow, RolloutRow
from agent.triage import taxonomy

DECIDERS = ("lead", "admin")
MAX_REASON = 500  # characters


def set_mode(
    unit: Unit,
    house: House,
    mode: str,
    *,
    reason: str,
    category: str = EVERYTHING,
    mailbox: str = "",
    share: int = 100,
    person: PersonRow | None = None,
) -> RolloutRow:
    """Decide for a category, for all that have no decision of their own, or for a mailbox (by address).

    It counts from the next mail on: drafts that are shown stay, and drafts kept back stay so. `person` is empty for
    the command line. Raises `WrongUse` without a reason, for what does not exist, and for agents.
    """
    if person is not None:
        _may_decide(person)
    row = RolloutRow(
        mailbox_id=_mailbox_id(unit.session, mailbox) if mailbox else None,
        category=_category(house, category, mailbox),
        mode=_mode(mode),
        share=_share(mode, share, mailbox),
        reason=_reason(reason),
        person_id=person.id if person else None,
        created_at=house.clock(),
    )
    before = next(
        (
            one
            for one in standing_decisions(unit.session)
            if (one.mailbox_id, one.category) == (row.mailbox_id, row.category)
        ),
        None,
    )
    unit.session.add(row)
    unit.session.flush()
    record(
        unit,
        "rollout.set",
        actor=by(person) if person else SYSTEM,
        now=row.created_at,
        subject=f"rollout:{row.id}",
        category=row.category,
        mailbox=row.mailbox_id,
        before=before.mode if before else "",
        after=row.mode,
        share=row.share,
    )
    return row


def take_back(unit: Unit, house: House, *, rollout_id: int, person: PersonRow) -> RolloutRow:
    """Undo the newest decision of a category or mailbox; the one before it holds again.

    Raises `NotFound`, `WrongUse` for agents, and `Conflict` when it is not what holds.
    """
    _may_decide(person)
    row = unit.session.get(RolloutRow, rollout_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such decision.", code="rollout.unknown", remedy="Open the page again.")
    if row not in standing_decisions(unit.session):
        raise Conflict(
            "This decision no longer holds.",
            code="rollout.outdated",
            remedy="Open the page again to see what holds now.",
        )
    row.undone_at = house.clock()
    record(unit, "rollout.undone", actor=by(person), now=row.undone_at, subject=f"rollout:{row.id}")
    return row


def _may_decide(person: PersonRow) -> None:
    if person.role not in DECIDERS:
        raise WrongUse(
            "Only leads decide who sees drafts.", code="rollout.role", remedy="Ask a lead to decide."
        )


def _mode(mode: str) -> Mode:
    if mode not in set(Mode):
        raise WrongUse(
            f"{mode!r} is not a mode.", code="rollout.mode", remedy=f"Use one of {', '.join(Mode)}."
        )
    return Mode(mode)


def _category(house: House, category: str, mailbox: str) -> str:
    if category and mailbox:
        raise WrongUse(
            "A decision is about a category or about a mailbox.",
            code="rollout.target",
            remedy="Decide for one after the other.",
        )
    known = taxonomy.load(house.company.overrides.get("taxonomy")).slugs
    if category and category not in known:
        raise WrongUse(
            f"{category!r} is not a category.",
            code="category.unknown",
            remedy=f"Use one of {', '.join(known)}.",
        )
    return category


def _mailbox_id(session: Session, address: str) -> int:
    found = session.scalar(select(MailboxRow.id).where(MailboxRow.address == address.strip().lower()))
    if found is None:
        raise WrongUse(
            f"There is no mailbox {address}.", code="mailbox.unknown", remedy="See `genklang mailbox list`."
        )
    return found


def _share(mode: str, share: int, mailbox: str) -> int:
    if not 1 <= share <= 100:
        raise WrongUse(f"A share of {share} % cannot be meant.", code="rollout.share", remedy="Use 1 to 100.")
    if share < 100 and (mode != Mode.ON or not mailbox):
        raise WrongUse(
            "A share belongs to a mailbox whose drafts are on.",
            code="rollout.share",
            remedy="Name a mailbox and the mode on, or leave the share out.",
        )
    return share


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise WrongUse("The decision needs a reason.", code="rollout.reason", remedy="Say in few words why.")
    return words[:MAX_REASON]
