"""Open links to surveys at the desk: opening one, its QR code and snippet, closing it."""

from datetime import date, datetime, time
from html import escape

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.surveys.links import base_url, open_link_url, reach, rules_of_links
from agent.desk.feedback.surveys.open_links import (
    LEADS,
    NewLink,
    close_link,
    create_link,
    find_link,
    open_links,
    problems_of,
    reopen_link,
)
from agent.desk.feedback.surveys.visits import is_over
from agent.desk.settings.form import Problems
from agent.errors import NotAllowed
from agent.feedback.surveys.questions import LANGUAGES
from api.dependencies import AtDesk, Desk
from api.web.feedback.surveys import survey_name
from api.web.pages import asset, render
from api.web.qr import qr_png, qr_svg
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter()


@router.get("/feedback/links/new")
def new_link(desk: AtDesk, survey: str = "", kind: str = "link") -> Response:
    _leads_only(desk)
    return _form(desk, Typed({"survey": survey, "kind": kind}))


@router.post("/feedback/links/new")
def add_link(desk: AtDesk, fields: Fields) -> Response:
    problems: Problems = {}
    new = _read(desk, fields, problems)
    problems |= problems_of(desk.house, new)
    if problems:
        return _form(desk, Typed(fields, problems))
    with desk.house.store.writing() as unit:
        row = create_link(unit, desk.house, new, desk.person)
    return RedirectResponse(f"/feedback/links/{row.id}", 303)


@router.get("/feedback/links/{link_id}")
def link_page(desk: AtDesk, link_id: int) -> Response:
    with desk.house.store.reading() as session:
        row = find_link(session, link_id)
        figures = next(each for each in open_links(session, row.survey) if each.link.id == link_id)
        url = open_link_url(desk.house, row)
        page = {
            "shell": shell(session, desk),
            "figures": figures,
            "link": row,
            "survey": survey_name(desk, row.survey),
            "url": url,
            "over": is_over(row, desk.house.clock()),
            "reach": reach(base_url(desk.house)),
            "pause_s": int(rules_of_links(desk.house.company).kiosk_pause.total_seconds()),
            "snippet": _snippet(desk, row.name, url),
            "may_link": desk.person.role in LEADS,
        }
    return render(desk.request, "feedback_link.html", page)


@router.get("/feedback/links/{link_id}/qr.svg")
def link_qr(desk: AtDesk, link_id: int, download: str = "") -> Response:
    with desk.house.store.reading() as session:
        row = find_link(session, link_id)
    headers = {"Content-Disposition": f'attachment; filename="survey-{row.id}.svg"'} if download else {}
    return Response(qr_svg(open_link_url(desk.house, row)), media_type="image/svg+xml", headers=headers)


@router.get("/feedback/links/{link_id}/qr.png")
def link_qr_picture(desk: AtDesk, link_id: int) -> Response:
    """For programs that know no SVG, such as those for letters and labels."""
    with desk.house.store.reading() as session:
        row = find_link(session, link_id)
    headers = {"Content-Disposition": f'attachment; filename="survey-{row.id}.png"'}
    return Response(qr_png(open_link_url(desk.house, row)), media_type="image/png", headers=headers)


@router.post("/feedback/links/{link_id}/close")
def close(desk: AtDesk, link_id: int) -> Response:
    with desk.house.store.writing() as unit:
        close_link(unit, desk.house, link_id, desk.person)
    return RedirectResponse(f"/feedback/links/{link_id}", 303)


@router.post("/feedback/links/{link_id}/reopen")
def reopen(desk: AtDesk, link_id: int) -> Response:
    with desk.house.store.writing() as unit:
        reopen_link(unit, desk.house, link_id, desk.person)
    return RedirectResponse(f"/feedback/links/{link_id}", 303)


def _form(desk: Desk, typed: Typed) -> Response:
    surveys = asking_rules_of(desk.house.company).surveys.by_name
    with desk.house.store.reading() as session:
        page = {
            "shell": shell(session, desk),
            "typed": typed,
            "surveys": [(slug, survey_name(desk, slug)) for slug in surveys],
            "codes": LANGUAGES,
            "reach": reach(base_url(desk.house)),
        }
    return render(desk.request, "feedback_link_new.html", page, status=typed.status)


def _read(desk: Desk, fields: Fields, problems: Problems) -> NewLink:
    last_day = fields.get("expires", "").strip()
    expires_at = None
    if last_day:
        try:
            midnight = datetime.combine(date.fromisoformat(last_day), time.max)
            expires_at = midnight.replace(tzinfo=desk.house.company.zone)
        except ValueError:
            problems["expires"] = "Write a day such as 2026-12-31."
    return NewLink(
        name=" ".join(fields.get("name", "").split()),
        survey=fields.get("survey", ""),
        kind=fields.get("kind", ""),
        language=fields.get("language", ""),
        origins=tuple(
            dict.fromkeys(line.strip().rstrip("/").lower() for line in fields.get("origins", "").split())
        ),
        expires_at=expires_at,
    )


def _leads_only(desk: Desk) -> None:
    if desk.person.role not in LEADS:
        raise NotAllowed(
            "Leads and administrators open and close links to surveys.",
            code="survey_link.role",
            remedy="Ask one of them.",
        )


def _snippet(desk: Desk, name: str, url: str) -> str:
    """What a website puts where the widget is to stand."""
    script = f"{base_url(desk.house)}{asset('js/widget.js').partition('?')[0]}"
    return f'<script async src="{script}" data-survey="{escape(url)}" data-title="{escape(name)}"></script>'
