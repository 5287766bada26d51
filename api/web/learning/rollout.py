"""Who sees drafts: what holds for each category and mailbox, what there is to decide by, and deciding."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.learning.rollout import DECIDERS, MAX_REASON, set_mode, take_back
from agent.desk.learning.rollout_figures import Row, rollout_rows
from agent.desk.settings.polled_mailboxes import is_removed, list_mailboxes
from agent.drafting.rollout import EVERYTHING, Mode
from agent.errors import GenklangError, WrongUse
from agent.store.queries.rollouts import decisions, mails_by_category, standing_decisions
from agent.store.tables import MailboxRow, RolloutRow
from agent.triage.taxonomy import Taxonomy
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.language import marked
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()

DAYS = 90
"""Days that the figures look back on."""

REST = "all"
"""In addresses: all categories that have no decision of their own."""

MODES = {"on": marked("Shown"), "shadow": marked("Written unseen"), "off": marked("Not written")}


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A mailbox and the most that it allows. Of one that was removed only its mails are left to count."""

    mailbox: MailboxRow
    decision: RolloutRow | None
    mails: int

    @property
    def is_removed(self) -> bool:
        return is_removed(self.mailbox)

    @property
    def mode(self) -> Mode:
        return Mode(self.decision.mode) if self.decision else Mode.ON

    @property
    def share(self) -> int:
        return self.decision.share if self.decision else 100


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the form is about: a category (`REST` for the others) or a mailbox, its mails in a week, what was typed."""

    category: str
    mailbox: str
    mode: Mode
    share: int
    weekly: int
    reason: str = ""


@router.get("/rollout")
def rollout_page(
    desk: AtDesk, category: Annotated[str, Query()] = "", mailbox: Annotated[str, Query()] = ""
) -> Response:
    """`category` or `mailbox` opens the form for it."""
    return _show(desk, category=category, mailbox=mailbox)


@router.post("/rollout")
def decide(
    desk: AtDesk,
    mode: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    category: Annotated[str, Form()] = "",
    mailbox: Annotated[str, Form()] = "",
    share: Annotated[int, Form()] = 100,
) -> Response:
    try:
        with desk.house.store.writing() as unit:
            set_mode(
                unit,
                desk.house,
                mode,
                reason=reason,
                category="" if category == REST else category,
                mailbox=mailbox,
                share=share if mode == Mode.ON else 100,
                person=desk.person,
            )
    except WrongUse as problem:
        return _show(desk, category=category, mailbox=mailbox, problem=problem, mode=mode, reason=reason)
    return RedirectResponse("/rollout#decisions", 303)


@router.post("/rollout/{rollout_id}/undo")
def undo(desk: AtDesk, rollout_id: int) -> Response:
    with desk.house.store.writing() as unit:
        take_back(unit, desk.house, rollout_id=rollout_id, person=desk.person)
    return RedirectResponse("/rollout#decisions", 303)


def _show(
    desk: Desk,
    *,
    category: str,
    mailbox: str,
    problem: GenklangError | None = None,
    mode: str = "",
    reason: str = "",
) -> Response:
    taxonomy: Taxonomy = desk.request.app.state.taxonomy
    since = desk.house.clock() - timedelta(days=DAYS)
    with desk.house.store.reading() as session:
        rows = rollout_rows(session, taxonomy.slugs, since=since)
        lines = _mailboxes(session, desk)
        values = {
            "shell": shell(session, desk),
            "rows": rows,
            "mailboxes": lines,
            "decisions": decisions(session),
            "holding": {row.id for row in standing_decisions(session)},
        }
    chosen = _chosen(rows, lines, category, mailbox, mode, reason)
    values |= {
        "choosing": chosen if desk.person.role in DECIDERS else None,
        "decides": desk.person.role in DECIDERS,
        "problem": problem,
        "modes": MODES,
        "rest": REST,
        "days": DAYS,
        "most_reason": MAX_REASON,
    }
    return render(desk.request, "rollout.html", values, status=status_of(problem) if problem else 200)


def _mailboxes(session: Session, desk: Desk) -> tuple[MailboxLine, ...]:
    """All that are there, and those that were removed but brought mails that the figures count."""
    since = desk.house.clock() - timedelta(days=DAYS)
    standing = {row.mailbox_id: row for row in standing_decisions(session) if row.mailbox_id is not None}
    lines = (
        MailboxLine(
            row,
            standing.get(row.id),
            sum(mails_by_category(session, since=since, mailbox_id=row.id).values()),
        )
        for row in list_mailboxes(session)
    )
    return tuple(line for line in lines if line.mails or not line.is_removed)


def _chosen(
    rows: tuple[Row, ...],
    lines: tuple[MailboxLine, ...],
    category: str,
    mailbox: str,
    mode: str,
    reason: str,
) -> Choosing | None:
    """The form's matter; None where none is asked for, or what is asked for does not exist."""
    typed = Mode(mode) if mode in set(Mode) else None
    for line in lines:
        if mailbox and line.mailbox.address == mailbox and not line.is_removed:
            return Choosing("", mailbox, typed or line.mode, line.share, _weekly(line.mails), reason)
    for row in rows:
        if category and row.category == (EVERYTHING if category == REST else category):
            return Choosing(category, "", typed or row.mode, 100, _weekly(row.mails), reason)
    return None


def _weekly(mails: int) -> int:
    """Mails in a week, of the days looked back on."""
    return round(mails * 7 / DAYS)
