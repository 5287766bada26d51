"""To whom a draft goes, in which language it is read here, and sending again what certainly did not leave."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from agent.desk.replies import delivery
from agent.desk.replies.recipients import add_cc, answer_to, remove_cc
from agent.desk.replies.translating import ask_translation
from agent.errors import NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import DraftRow, OutboxRow
from api.dependencies import AtDesk, Desk
from api.web.draft.decisions import ViewField, carry_out, this_case
from api.web.pages import reader_of

router = APIRouter()

_ACTS: dict[str, Callable[..., DraftRow]] = {"add": add_cc, "remove": remove_cc, "answer": answer_to}


@router.post("/cases/{case_id}/drafts/{draft_id}/recipients")
def choose(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    act: ViewField = "",
    email: Annotated[str, Form(max_length=254)] = "",
    view: ViewField = "",
) -> Response:
    """Add somebody to Cc, leave somebody out, or answer to where the mail asks for it."""

    def choose_one(unit: Unit) -> None:
        chosen, _, named = act.partition(":")  # a button names the address, a field holds what was typed
        if chosen not in _ACTS:
            raise WrongUse(
                "It was not said what to do.", code="recipients.unsaid", remedy="Press one of the buttons."
            )
        _ACTS[chosen](
            unit, desk.house, case_id=case_id, draft_id=draft_id, email=named or email, person=desk.person
        )

    return carry_out(
        desk, choose_one, case_id=case_id, view=view, then=this_case(case_id, view) + "#recipients"
    )


@router.post("/cases/{case_id}/messages/{text_id}/translate")
def translate_mail(desk: AtDesk, case_id: int, text_id: int, view: ViewField = "") -> Response:
    return _translate(desk, case_id, view, "messages", text_id)


@router.post("/cases/{case_id}/drafts/{text_id}/translate")
def translate_draft(desk: AtDesk, case_id: int, text_id: int, view: ViewField = "") -> Response:
    return _translate(desk, case_id, view, "drafts", text_id)


def _translate(desk: Desk, case_id: int, view: str, what: str, text_id: int) -> Response:
    """Ask for the text in the language of the person's desk."""

    def act(unit: Unit) -> None:
        ask_translation(
            unit,
            desk.house,
            case_id=case_id,
            message_id=text_id if what == "messages" else None,
            draft_id=text_id if what == "drafts" else None,
            language=reader_of(desk.request).language,
            person=desk.person,
        )

    then = f"{this_case(case_id, view)}#translation-{what}-{text_id}"
    return carry_out(desk, act, case_id=case_id, view=view, then=then)


@router.post("/outbox/{outbox_id}/try-again")
def try_again(desk: AtDesk, outbox_id: int, view: ViewField = "") -> Response:
    with desk.house.store.reading() as session:
        row = session.get(OutboxRow, outbox_id)
        if row is None or row.case_id is None:
            raise NotFound("There is no such reply.", code="outbox.unknown", remedy="Look at the case again.")
        case_id = row.case_id

    def act(unit: Unit) -> None:
        delivery.try_again(unit, desk.house, outbox_id=outbox_id, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=this_case(case_id, view) + "#draft")
