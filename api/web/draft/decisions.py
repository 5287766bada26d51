"""What people decide about a draft: approve, take back, edit, remove a sentence, reject, ask for another, settle.

Every action is a plain form. A refused one shows the case again with the reason, and with what was typed.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.replies import approval
from agent.desk.replies.unsent import forget_unsent
from agent.desk.steps import retrying
from agent.errors import Conflict, GenklangError, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, DraftRow, OutboxRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.case.page import show_case
from api.web.language import marked
from api.web.lists.place import next_at, place_of, reached
from api.web.pages import gettext_of

router = APIRouter()

SETTLED = (marked("I vouch for: “%(sentence)s”"), marked("I have checked: %(detail)s"))
"""What `agent.desk.replies.settling` writes down; here for the catalogues."""

ViewField = Annotated[str, Form()]
HashField = Annotated[str, Form(max_length=64)]


def carry_out(
    desk: Desk,
    act: Callable[[Unit], None],
    *,
    case_id: int,
    view: str,
    then: str = "",
    form: str = "",
    typed: str = "",
    typed_subject: str = "",
    vouched: tuple[str, ...] = (),
    ends_words: bool = True,
) -> Response:
    """Do `act` in one unit of work and lead on to `then`, the next case of the view unless it says otherwise.

    `form` is the form that was sent: what was kept of its words goes, unless `ends_words` is false.
    """
    try:
        with desk.house.store.writing() as unit:
            act(unit)
            if form and ends_words:
                forget_unsent(unit.session, case_id, desk.person.id, form)
    except (Conflict, WrongUse) as problem:
        return show_case(
            desk,
            case_id,
            view=view,
            act=form,
            problem=problem,
            typed=typed,
            typed_subject=typed_subject,
            vouched=vouched,
            status=status_of(problem),
        )
    return RedirectResponse(then or _next_case(desk, case_id, view), 303)


def this_case(case_id: int, view: str) -> str:
    return f"/cases/{case_id}?view={place_of(view)}"


def _next_case(desk: Desk, case_id: int, view: str) -> str:
    with desk.house.store.reading() as session:
        place = reached(session, desk, view)
        following = next_at(session, desk, place, session.get_one(CaseRow, case_id))
    return f"/cases/{following}?view={place}#case-title" if following else place.url


@router.post("/cases/{case_id}/drafts/{draft_id}/approve")
def approve(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    content_hash: HashField = "",
    view: ViewField = "",
    vouch: Annotated[list[str] | None, Form()] = None,
) -> Response:
    vouched = tuple(vouch or ())

    def act(unit: Unit) -> None:
        approval.approve(
            unit,
            desk.house,
            case_id=case_id,
            draft_id=draft_id,
            content_hash=content_hash,
            person=desk.person,
            vouched=vouched,
            words=gettext_of(desk.request),
        )

    return carry_out(desk, act, case_id=case_id, view=view, vouched=vouched)


@router.post("/outbox/{outbox_id}/undo")
def undo(desk: AtDesk, outbox_id: int, view: ViewField = "") -> Response:
    case_id = 0
    try:
        with desk.house.store.writing() as unit:
            case_id = approval.undo(unit, desk.house, outbox_id=outbox_id, person=desk.person).case_id
    except Conflict as problem:
        return _case_of_letter(desk, outbox_id, view, problem)
    return RedirectResponse(this_case(case_id, view) + "#case-title", 303)


def _case_of_letter(desk: Desk, outbox_id: int, view: str, problem: GenklangError) -> Response:
    with desk.house.store.reading() as session:
        case_id = session.get_one(OutboxRow, outbox_id).case_id
    if case_id is None:  # a survey's mail, which stands on no case's page
        raise problem
    return show_case(desk, case_id, view=view, problem=problem, status=status_of(problem))


@router.post("/messages/{message_id}/try-again")
def try_again(
    desk: AtDesk, message_id: int, back: Annotated[int, Form(ge=0)] = 0, view: ViewField = ""
) -> Response:
    """Work on a parked mail once more; `back` is the case it was asked from, 0 for the list of problems."""
    with desk.house.store.writing() as unit:
        retrying.try_again(unit, desk.house, message_id=message_id, person=desk.person)
    return RedirectResponse(f"{this_case(back, view)}#draft" if back else "/problems", 303)


@router.post("/outbox/{outbox_id}/settle")
def settle(
    desk: AtDesk,
    outbox_id: int,
    arrived: Annotated[str, Form()] = "",
    view: ViewField = "",
    back: ViewField = "",
) -> Response:
    if arrived not in {"yes", "no"}:
        raise WrongUse(
            "It was not said whether the reply arrived.",
            code="settle.unsaid",
            remedy="Choose one of the two.",
        )
    with desk.house.store.writing() as unit:
        approval.settle_uncertain(
            unit, desk.house, outbox_id=outbox_id, arrived=arrived == "yes", person=desk.person
        )
        case_id = unit.session.get_one(OutboxRow, outbox_id).case_id
    if back == "/problems" or case_id is None:
        return RedirectResponse("/problems", 303)
    return RedirectResponse(this_case(case_id, view), 303)


@router.post("/cases/{case_id}/drafts/{draft_id}/edit")
def edit(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    text: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    content_hash: HashField = "",
    then: ViewField = "",
    view: ViewField = "",
) -> Response:
    def act(unit: Unit) -> None:
        draft = approval.edit(
            unit,
            desk.house,
            case_id=case_id,
            draft_id=draft_id,
            content_hash=content_hash,
            text=text,
            subject=subject or None,
            person=desk.person,
        )
        _send_if_wanted(unit, desk, draft, then)

    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then="" if then == "send" else this_case(case_id, view),
        form="edit",
        typed=text,
        typed_subject=subject,
    )


@router.post("/cases/{case_id}/reply")
def write(
    desk: AtDesk,
    case_id: int,
    text: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    then: ViewField = "",
    view: ViewField = "",
) -> Response:
    def act(unit: Unit) -> None:
        draft = approval.write_own(
            unit, desk.house, case_id=case_id, text=text, subject=subject or None, person=desk.person
        )
        _send_if_wanted(unit, desk, draft, then)

    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then="" if then == "send" else this_case(case_id, view),
        form="write",
        typed=text,
        typed_subject=subject,
    )


def _send_if_wanted(unit: Unit, desk: Desk, draft: DraftRow, then: str) -> None:
    if then != "send":
        return
    unit.session.flush()
    approval.approve(
        unit,
        desk.house,
        case_id=draft.case_id,
        draft_id=draft.id,
        content_hash=draft.content_hash,
        person=desk.person,
    )


@router.post("/cases/{case_id}/drafts/{draft_id}/reject")
def reject(
    desk: AtDesk, case_id: int, draft_id: int, reason: Annotated[str, Form()] = "", view: ViewField = ""
) -> Response:
    def act(unit: Unit) -> None:
        approval.reject(
            unit, desk.house, case_id=case_id, draft_id=draft_id, reason=reason.strip(), person=desk.person
        )

    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then=this_case(case_id, view) + "#draft",
        form="reject",
        typed=reason,
    )


@router.post("/cases/{case_id}/drafts/{draft_id}/rewrite")
def rewrite(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    wish: Annotated[str, Form()] = "",
    quick: Annotated[str, Form()] = "",
    view: ViewField = "",
) -> Response:
    wanted = ". ".join(part.strip() for part in (quick, wish) if part.strip())

    def act(unit: Unit) -> None:
        approval.ask_rewrite(
            unit, desk.house, case_id=case_id, draft_id=draft_id, wish=wanted, person=desk.person
        )

    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then=this_case(case_id, view) + "#draft",
        form="rewrite",
        typed=wish,
    )
