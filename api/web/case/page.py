"""The page of a case, and the parts of its mail that are asked for one by one."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm.attributes import set_committed_value
from starlette.responses import HTMLResponse, Response

from agent.desk.articles.judging_sources import verdicts_of
from agent.desk.customers.feedback_light import light_of_customer
from agent.desk.replies.toning import tone_now
from agent.desk.replies.versions import content_hash_of
from agent.desk.settings.rules import rules_of
from agent.errors import GenklangError
from agent.store.queries.case_page import attachment_of_case, html_of_message, load_case
from agent.store.queries.desk_shell import tags_of
from agent.store.queries.incidents import incident_of_case
from api.dependencies import AtDesk, Desk
from api.security_headers import CONTENT_POLICY_WITH_MAIL, MAIL_POLICY
from api.web.case.model_view import model_view
from api.web.case.reasons import Reasons
from api.web.case.view import ACTS, CaseView
from api.web.case.work import UNSENT, work_of
from api.web.draft.panel import DraftPanel
from api.web.draft.sending_view import sending_of
from api.web.draft.source_search import look_for
from api.web.draft.tone_controls import controls
from api.web.draft.translation_view import translations_for
from api.web.draft.words import QUICK
from api.web.feedback.follow_ups import panel_of_case
from api.web.feedback.overview import view_of as asking_view
from api.web.feedback.words import LIGHTS
from api.web.file_name import saved_name
from api.web.lists.lists import listing_at, shell_at
from api.web.lists.place import next_at, reached
from api.web.pages import gettext_of, reader_of, render

router = APIRouter(prefix="/cases/{case_id}")


@router.get("")
def case_page(
    desk: AtDesk,
    case_id: int,
    view: str = "",
    act: str = "",
    text: str = "",
    html: Annotated[int, Query(ge=0)] = 0,
    sentence: int = 0,
    q: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    return show_case(
        desk, case_id, view=view, act=act, model_text=text == "model", html_of=html, sentence=sentence, q=q
    )


def show_case(
    desk: Desk,
    case_id: int,
    *,
    view: str = "",
    act: str = "",
    model_text: bool = False,
    html_of: int = 0,
    sentence: int = 0,
    q: str = "",
    vouched: tuple[str, ...] = (),
    problem: GenklangError | None = None,
    typed: str = "",
    typed_subject: str = "",
    status: int = 200,
) -> Response:
    """A case with its list. After a refused action it comes back with the reason and with what was typed.

    `sentence` is the one that a source is looked for, by the words `q`.
    """
    reader = reader_of(desk.request)
    with desk.house.store.reading() as session:
        name = reached(session, desk, view)
        page = load_case(session, case_id)
        if (
            page.draft is not None and page.draft.state == "ready"
        ):  # what is shown here is what an approval names
            set_committed_value(page.draft, "content_hash", content_hash_of(session, page.draft))
        around = shell_at(session, desk, name, case_id=case_id)
        listing = listing_at(session, desk, name, around)
        judged = verdicts_of(session, case_id, desk.person.id)
        tags = tags_of(session, case_id)
        incident = incident_of_case(session, case_id)
        shown = CaseView(
            page=page,
            reader=reader,
            words=gettext_of(desk.request),
            name=name,
            taxonomy=desk.request.app.state.taxonomy,
            act=_possible(act, page.draft is not None),
            model_text=model_text,
            html_of=html_of,
            next_id=next_at(session, desk, name, page.case),
        )
        light = light_of_customer(session, page.customer, desk.house.company, desk.house.clock())
        followed_up = panel_of_case(session, desk, case_id)
        sending = sending_of(
            session, desk.house, page, desk.person, reader, gettext_of(desk.request), act=shown.act
        )
        translations = translations_for(session, desk.house, page, reader)
        work = work_of(session, desk.house, page, person_id=desk.person.id, act=shown.act)
        tone = tone_now(session, page.draft) if page.draft is not None else None
    here = work.here
    panel = DraftPanel(
        page=page,
        reader=reader,
        words=shown.words,
        vouched=vouched,
        tone=controls(page.draft.language, tone, shown.words) if page.draft is not None and tone else (),
        search=look_for(desk, page.draft, sentence, q) if shown.act == "source" else None,
    )
    values = {
        "shell": around,
        "listing": listing,
        "page": page,
        "work": work,
        "incident": incident,
        "sending": sending,
        "translations": translations,
        "work_names": UNSENT,
        "view": shown,
        "reasons": Reasons(page, rules_of(desk.house.company)[0], reader, shown.words),
        "panel": panel,
        "seen": model_view(page, panel) if model_text else None,
        "quick_wishes": QUICK,
        "judged": judged,
        "page_tags": tags,
        "light": None
        if light is None or page.customer is None
        else asking_view(desk).light(page.customer, light, {}),
        "light_words": LIGHTS,
        **followed_up,
        "problem": problem,
        "problem_is_about_sending": act in {"", "edit", "write"},
        "typed": typed or (here.text if here else ""),
        "typed_subject": typed_subject or (here.subject if here else ""),
    }
    # the one page that frames a mail's own HTML; every other page may frame nothing
    headers = {"Content-Security-Policy": CONTENT_POLICY_WITH_MAIL} if html_of else None
    return render(desk.request, "case.html", values, status=status, headers=headers)


def _possible(act: str, has_draft: bool) -> str:
    if act in {"edit", "rewrite", "reject", "source"} and not has_draft:
        return "write" if act == "edit" else ""
    return act if act in ACTS else ""


@router.get("/messages/{message_id}/html")
def mail_html(desk: AtDesk, case_id: int, message_id: int) -> Response:
    """A mail's cleaned HTML, for the sandboxed frame only: it runs nothing and calls nobody."""
    with desk.house.store.reading() as session:
        html = html_of_message(session, case_id, message_id)
    page = f'<!doctype html><meta charset="utf-8"><title>Mail</title>{html}'
    return HTMLResponse(
        page, headers={"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    )


@router.get("/attachments/{attachment_id}")
def attachment(desk: AtDesk, case_id: int, attachment_id: int) -> Response:
    """An attachment to save, never to show: whatever it claims to be, the browser must not open it here."""
    with desk.house.store.reading() as session:
        row, content = attachment_of_case(session, case_id, attachment_id)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{saved_name(case_id, attachment_id, row.filename)}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
