"""What people put right about a case: category, priority, who has it, where it stands; notes and escalations."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.cases.checklist import progress
from agent.desk.casework import bulk
from agent.desk.casework.checklists import checklist_of, ticks_of
from agent.desk.casework.correcting import undo_correction
from agent.desk.casework.noting import add_note
from agent.desk.escalations.escalating import acknowledge, escalate, hand_back
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow
from api.dependencies import AtDesk, Desk
from api.web.draft.decisions import ViewField, carry_out, this_case

router = APIRouter()


@router.post("/cases/{case_id}/correct")
def correct_case(
    desk: AtDesk,
    case_id: int,
    category: Annotated[str | None, Form()] = None,
    priority: Annotated[str | None, Form()] = None,
    state: Annotated[str | None, Form()] = None,
    assignee: Annotated[int | None, Form()] = None,
    is_so: Annotated[str | None, Form()] = None,
    not_so: Annotated[str | None, Form()] = None,
    view: ViewField = "",
) -> Response:
    """One fact at a time, kept so that the next page offers to take it back.

    `assignee` 0 gives the case back to nobody; `is_so` and `not_so` name a reason for its priority.
    """
    given: dict[str, Any] = {"category": category, "priority": priority, "state": state}
    values = {name: value for name, value in given.items() if value is not None}
    if assignee is not None:
        values |= {"assignee_id": assignee} if assignee else {"unassign": True}
    if is_so is not None or not_so is not None:
        values["reasons"] = {
            name: said for name, said in ((is_so, True), (not_so, False)) if name is not None
        }
    if not values:
        raise WrongUse(
            "Nothing was chosen.", code="correct.nothing", remedy="Choose a value from one of the menus."
        )

    def act(unit: Unit) -> None:
        bulk.put_right(
            unit,
            desk.house,
            case_id=case_id,
            values=values,
            back=this_case(case_id, view) + "#case-title",
            person=desk.person,
        )

    leaves_list = state in {"spam", "waiting"} or (state == "done" and not _lacks_required(desk, case_id))
    return carry_out(
        desk, act, case_id=case_id, view=view, then="" if leaves_list else this_case(case_id, view)
    )


def _lacks_required(desk: Desk, case_id: int) -> bool:
    """Whether somebody began the case's checklist and left required items open.

    Then the case stays on screen with a warning; a list that nobody uses holds nobody up.
    """
    with desk.house.store.reading() as session:
        case = session.get(CaseRow, case_id)
        if case is None:
            return False
        done = ticks_of(session, case_id).keys()
        return bool(done and progress(checklist_of(session, case.category), done).missing)


@router.post("/corrections/{correction_id}/undo")
def take_back(
    desk: AtDesk, correction_id: int, case: Annotated[int, Form()], view: ViewField = ""
) -> Response:
    def act(unit: Unit) -> None:
        undo_correction(unit, desk.house, correction_id=correction_id, person=desk.person)

    return carry_out(desk, act, case_id=case, view=view, then=this_case(case, view))


@router.post("/cases/{case_id}/notes")
def note(desk: AtDesk, case_id: int, text: Annotated[str, Form()] = "", view: ViewField = "") -> Response:
    def act(unit: Unit) -> None:
        add_note(unit, desk.house, case_id=case_id, text=text, person=desk.person)

    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then=this_case(case_id, view) + "#thread",
        form="note",
        typed=text,
    )


@router.post("/cases/{case_id}/escalate")
def escalate_case(
    desk: AtDesk, case_id: int, reason: Annotated[str, Form()] = "", view: ViewField = ""
) -> Response:
    def act(unit: Unit) -> None:
        if not reason.strip():
            raise WrongUse(
                "A lead needs a reason.", code="escalate.reason", remedy="Say in few words what to look at."
            )
        escalate(unit, desk.house, case_id=case_id, reason=reason, person=desk.person)

    return carry_out(
        desk, act, case_id=case_id, view=view, then=this_case(case_id, view), form="escalate", typed=reason
    )


@router.post("/escalations/{escalation_id}/acknowledge")
def take_over(desk: AtDesk, escalation_id: int) -> Response:
    with desk.house.store.writing() as unit:
        row = acknowledge(unit, desk.house, escalation_id=escalation_id, person=desk.person)
        case_id = row.case_id
    return RedirectResponse(this_case(case_id, "mine"), 303)


@router.post("/escalations/{escalation_id}/hand-back")
def give_back(desk: AtDesk, escalation_id: int) -> Response:
    with desk.house.store.writing() as unit:
        row = hand_back(unit, desk.house, escalation_id=escalation_id, person=desk.person)
        case_id = row.case_id
    return RedirectResponse(this_case(case_id, "mine"), 303)
