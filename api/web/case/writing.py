"""While an agent writes: their words are kept every few seconds, files come and go, templates are put in.

Every button of the write and edit forms carries the words along, so that nothing typed is lost without JavaScript.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import RedirectResponse, Response

from agent.desk.replies.outgoing_files import attach, put_back_file, remove_file
from agent.desk.replies.unsent import bring_back_unsent, discard_unsent, keep_unsent, unsent_of
from agent.errors import Conflict, WrongUse
from agent.store.session import Unit
from agent.store.tables import DraftRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.draft.decisions import ViewField, carry_out
from api.web.file_name import shown_name
from api.web.lists.place import place_of
from api.web.pages import render

router = APIRouter(prefix="/cases/{case_id}")

TextField = Annotated[str, Form()]
DraftField = Annotated[int | None, Form()]


def form_url(case_id: int, view: str, act: str, place: str = "draft") -> str:
    """The case with one of its forms open, or with none."""
    return f"/cases/{case_id}?view={place_of(view)}" + (f"&act={act}" if act else "") + f"#{place}"


@router.post("/unsent/{form}")
def keep(
    desk: AtDesk,
    case_id: int,
    form: str,
    text: TextField = "",
    wish: TextField = "",
    reason: TextField = "",
    subject: TextField = "",
    draft: DraftField = None,
    revision: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Keep what stands in the form now, and say so in the form's status line."""
    problem: Conflict | WrongUse | None = None
    try:
        with desk.house.store.writing() as unit:
            row = keep_unsent(
                unit,
                desk.house,
                case_id=case_id,
                form=form,
                text=text or wish or reason,
                subject=subject,
                draft_id=draft,
                revision=revision,
                person=desk.person,
            )
    except (Conflict, WrongUse) as refused:
        problem = refused
        with desk.house.store.reading() as session:
            row = unsent_of(session, case_id, desk.person.id, form)
    values = {"kept": row, "case_id": case_id, "form": form, "revision": revision, "refused": problem}
    return render(
        desk.request, "_case_unsent_state.html", values, status=status_of(problem) if problem else 200
    )


@router.post("/unsent/{form}/discard")
def discard(desk: AtDesk, case_id: int, form: str, view: ViewField = "") -> Response:
    with desk.house.store.writing() as unit:
        discard_unsent(unit, desk.house, case_id=case_id, form=form, person=desk.person)
    return RedirectResponse(form_url(case_id, view, ""), 303)


@router.post("/unsent/{form}/bring-back")
def bring_back(desk: AtDesk, case_id: int, form: str, view: ViewField = "") -> Response:
    with desk.house.store.writing() as unit:
        bring_back_unsent(unit, desk.house, case_id=case_id, form=form, person=desk.person)
    return RedirectResponse(form_url(case_id, view, form, "act"), 303)


@router.post("/files")
def add_files(
    desk: AtDesk,
    case_id: int,
    files: Annotated[list[UploadFile] | None, File()] = None,
    text: TextField = "",
    subject: TextField = "",
    doing: TextField = "",
    draft: DraftField = None,
    view: ViewField = "",
) -> Response:
    named = [file for file in files or () if file.filename]

    def act(unit: Unit) -> None:
        if not named:
            raise WrongUse("No file was chosen.", code="file.none", remedy="Choose one and try again.")
        for file in named:
            # one byte more than fits is enough to be refused
            content = file.file.read(desk.house.reply_file_bytes + 1)
            attach(
                unit,
                desk.house,
                case_id=case_id,
                filename=shown_name(file.filename or ""),
                content=content,
                person=desk.person,
            )

    return _beside_writing(desk, act, case_id, view, doing, text, subject, draft)


@router.post("/files/{file_id}/remove")
def take_file_out(
    desk: AtDesk,
    case_id: int,
    file_id: int,
    text: TextField = "",
    subject: TextField = "",
    doing: TextField = "",
    draft: DraftField = None,
    view: ViewField = "",
) -> Response:
    def act(unit: Unit) -> None:
        remove_file(unit, desk.house, case_id=case_id, file_id=file_id, person=desk.person)

    return _beside_writing(desk, act, case_id, view, doing, text, subject, draft)


@router.post("/files/{file_id}/put-back")
def put_file_back(
    desk: AtDesk,
    case_id: int,
    file_id: int,
    text: TextField = "",
    subject: TextField = "",
    doing: TextField = "",
    draft: DraftField = None,
    view: ViewField = "",
) -> Response:
    def act(unit: Unit) -> None:
        put_back_file(unit, desk.house, case_id=case_id, file_id=file_id, person=desk.person)

    return _beside_writing(desk, act, case_id, view, doing, text, subject, draft)


def _beside_writing(
    desk: Desk,
    act: Callable[[Unit], None],
    case_id: int,
    view: str,
    doing: str,
    text: str,
    subject: str,
    draft: int | None,
) -> Response:
    """Do `act`, keep what was being written, and come back to the same form."""
    doing = doing if doing in {"edit", "write"} else ""
    if doing:
        with desk.house.store.writing() as unit:
            keep_words(unit, desk, case_id, doing, text, subject, draft)
    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then=form_url(case_id, view, doing, "files"),
        form=doing,
        typed=text,
        typed_subject=subject,
        ends_words=False,
    )


def keep_words(
    unit: Unit, desk: Desk, case_id: int, doing: str, text: str, subject: str, draft: int | None
) -> None:
    """Keep the words of a form that is left for a moment, unless they are the draft's own."""
    row = unit.session.get(DraftRow, draft) if draft else None
    if row is not None and text.replace("\r\n", "\n").strip() == row.text.strip():
        return
    keep_unsent(
        unit,
        desk.house,
        case_id=case_id,
        form=doing,
        text=text,
        subject=subject,
        draft_id=draft,
        person=desk.person,
    )
