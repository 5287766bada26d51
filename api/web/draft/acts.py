"""What people do to a draft: take sentences out, find sources, vouch, choose a tone, stop, go back, compare.

Each act is a plain form that writes a new version and comes back to the case; a refused one comes back with its reason.
"""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from agent.desk.articles.finding_sources import found_source
from agent.desk.replies import going_back, revising, stopping
from agent.desk.replies.approval import ask_rewrite
from agent.drafting.tone_wish import tone_wish
from agent.errors import GenklangError, NotFound, PrivacyRefused, WrongUse
from agent.store.queries.case_page import load_case
from agent.store.session import Unit
from agent.store.tables import DraftRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.case.page import show_case
from api.web.draft.decisions import HashField, ViewField, carry_out, this_case
from api.web.draft.letter import without_sentence
from api.web.draft.panel import DraftPanel
from api.web.draft.source_search import no_index
from api.web.draft.tone_controls import wish_of
from api.web.draft.versions_view import compared
from api.web.lists.place import place_of
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell
from knowledge.search import IndexUnavailable

router = APIRouter(prefix="/cases/{case_id}")

Number = Annotated[int, Form(ge=1)]
Place = Annotated[int, Form(ge=0)]


@router.post("/drafts/{draft_id}/remove")
def remove_sentence(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    sentence: Number,
    content_hash: HashField = "",
    view: ViewField = "",
) -> Response:
    with desk.house.store.reading() as session:
        draft = session.get(DraftRow, draft_id)
        left = without_sentence(draft.text, draft.sentences, sentence) if draft else None
    if not left:
        problem = WrongUse(
            "This sentence cannot be taken out on its own.",
            code="draft.sentence",
            remedy="Edit the draft instead.",
        )
        return show_case(desk, case_id, view=view, problem=problem, status=status_of(problem))
    revision = revising.removal(desk.house, case_id=case_id, draft_id=draft_id, sentence=sentence, text=left)
    return _revise(desk, revision, case_id, content_hash, view)


@router.post("/drafts/{draft_id}/source")
def give_source(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    sentence: Number,
    document: Annotated[str, Form(max_length=200)] = "",
    q: Annotated[str, Form(max_length=2_000)] = "",
    content_hash: HashField = "",
    view: ViewField = "",
) -> Response:
    try:
        source = found_source(desk.house, case_id=case_id, words=q, document_id=document)
        revision = revising.sourcing(
            desk.house,
            case_id=case_id,
            draft_id=draft_id,
            sentence=sentence,
            source=source,
            person=desk.person,
        )
    except (WrongUse, NotFound, PrivacyRefused) as problem:
        return _again(desk, case_id, view, sentence, q, problem)
    except IndexUnavailable:
        return _again(desk, case_id, view, sentence, q, no_index())
    return _revise(desk, revision, case_id, content_hash, view, place=f"sentence-{sentence}")


def _again(desk: Desk, case_id: int, view: str, sentence: int, q: str, problem: GenklangError) -> Response:
    return show_case(
        desk,
        case_id,
        view=view,
        act="source",
        sentence=sentence,
        q=q,
        problem=problem,
        status=status_of(problem),
    )


@router.post("/drafts/{draft_id}/vouch")
def vouch(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    sentence: Number,
    stands: Annotated[str, Form(pattern="^(yes|no)$")] = "yes",
    content_hash: HashField = "",
    view: ViewField = "",
) -> Response:
    try:
        revision = revising.vouching(
            desk.house, case_id=case_id, draft_id=draft_id, sentence=sentence, person=desk.person,
            stands=stands == "yes",
        )  # fmt: skip
    except WrongUse as problem:
        return show_case(desk, case_id, view=view, problem=problem, status=status_of(problem))
    return _revise(desk, revision, case_id, content_hash, view, place=f"sentence-{sentence}")


def _revise(
    desk: Desk,
    revision: revising.Revision,
    case_id: int,
    content_hash: str,
    view: str,
    *,
    place: str = "draft",
) -> Response:
    def act(unit: Unit) -> None:
        revising.revise(
            unit, desk.house, revision, case_id=case_id, content_hash=content_hash, person=desk.person
        )

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#{place}")


@router.post("/drafts/{draft_id}/tone")
def in_tone(
    desk: AtDesk,
    case_id: int,
    draft_id: int,
    manner: Place,
    length: Place,
    expertise: Place,
    warmth: Place,
    view: ViewField = "",
) -> Response:
    places = {"manner": manner, "length": length, "expertise": expertise, "warmth": warmth}

    def act(unit: Unit) -> None:
        draft = unit.session.get(DraftRow, draft_id)
        wish = wish_of(draft.language if draft else "", places)
        ask_rewrite(
            unit, desk.house, case_id=case_id, draft_id=draft_id, wish="", tone=wish, person=desk.person
        )

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#draft")


@router.post("/drafts/{draft_id}/try-again")
def try_again(desk: AtDesk, case_id: int, draft_id: int, view: ViewField = "") -> Response:
    """Have a version that the language model did not write written once more, with the same wish and tone."""

    def act(unit: Unit) -> None:
        draft = unit.session.get(DraftRow, draft_id)
        wish, tone = (draft.wish, tone_wish(draft.tone)) if draft else ("", tone_wish({}))
        ask_rewrite(
            unit, desk.house, case_id=case_id, draft_id=draft_id, wish=wish, tone=tone, person=desk.person
        )

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#draft")


@router.post("/stop")
def stop(desk: AtDesk, case_id: int, view: ViewField = "") -> Response:
    def act(unit: Unit) -> None:
        stopping.stop_writing(unit, desk.house, case_id=case_id, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#draft")


@router.post("/draft")
def have_written(desk: AtDesk, case_id: int, view: ViewField = "") -> Response:
    def act(unit: Unit) -> None:
        stopping.have_written(unit, desk.house, case_id=case_id, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#draft")


@router.post("/drafts/{draft_id}/undo")
def undo_change(
    desk: AtDesk, case_id: int, draft_id: int, content_hash: HashField = "", view: ViewField = ""
) -> Response:
    def act(unit: Unit) -> None:
        going_back.undo_change(
            unit,
            desk.house,
            case_id=case_id,
            draft_id=draft_id,
            content_hash=content_hash,
            person=desk.person,
        )

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#draft")


@router.post("/drafts/{draft_id}/again")
def take_again(desk: AtDesk, case_id: int, draft_id: int, view: ViewField = "") -> Response:
    def act(unit: Unit) -> None:
        going_back.take_again(unit, desk.house, case_id=case_id, draft_id=draft_id, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=f"{this_case(case_id, view)}#draft")


@router.get("/versions")
def versions(desk: AtDesk, case_id: int, left: int = 0, right: int = 0, view: str = "") -> Response:
    """Any two versions side by side; the newest beside the one before it where none were chosen."""
    name, words = place_of(view), gettext_of(desk.request)
    with desk.house.store.reading() as session:
        page = load_case(session, case_id)
        around = shell(session, desk, view=name.view or "", place=str(name), case_id=case_id)
    if not page.drafts:
        raise NotFound(
            "Nothing has been written in this case.", code="draft.none", remedy="Look at the case again."
        )
    panel = DraftPanel(page, reader_of(desk.request), words)
    values = {"shell": around, "page": page, "view_name": name, "both": compared(panel, left, right)}
    return render(desk.request, "versions.html", values)
