"""A survey, one question after the other: plain pages and forms, which a script only makes a little nicer.

Opening an address changes nothing, whatever it holds: a score that came with a link of the mail is chosen on the page
and counts when a person presses the button (docs/decisions/feedback-survey-links.md).
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.answers.answering import (
    AnsweredBefore,
    OneMoment,
    keep_answer,
    note_opened,
    slow_down,
    visitor_mark,
)
from agent.desk.feedback.surveys.links import Purpose, open_link_path, opt_out_url, rules_of_links
from agent.desk.feedback.surveys.visits import ANSWERING, IN_A_WEBSITE, Visit, place_of, visit_of
from agent.desk.house import House
from agent.errors import GenklangError, NotAllowed, WrongUse
from agent.feedback.history import Value
from agent.feedback.surveys.questions import LONGEST_TEXT
from api.dependencies import the_house
from api.public.pages import Frame, Page, language_for
from api.public.showing import shown

router = APIRouter(include_in_schema=False)

IDLE_S = 60
"""After so long without a touch a screen on a counter begins anew."""

NameField = Annotated[str, Form(max_length=100)]
LanguageField = Annotated[str, Form(max_length=10)]
AnswerField = Annotated[str, Form(max_length=20_000)]


@router.get("/s/{token}")
def survey_page(request: Request, token: str, q: str = "", score: str = "") -> Response:
    return _page(request, token, "s", q, score)


@router.get("/w/{token}")
def widget_page(request: Request, token: str, q: str = "") -> Response:
    return _page(request, token, "w", q, "")


@router.post("/s/{token}")
def answer(
    request: Request, token: str, q: NameField = "", answer: AnswerField = "", lang: LanguageField = ""
) -> Response:
    return _answer(request, token, "s", q, answer, lang)


@router.post("/w/{token}")
def answer_in_widget(
    request: Request, token: str, q: NameField = "", answer: AnswerField = "", lang: LanguageField = ""
) -> Response:
    return _answer(request, token, "w", q, answer, lang)


@router.post("/s/{token}/opened")
def opened(request: Request, token: str) -> Response:
    """Said by the page's script when the page is really on a screen."""
    house = the_house(request)
    slow_down(house, token, _origin(request))
    with house.store.writing() as unit:
        note_opened(unit, house, token)
    return Response(status_code=204)


def _page(
    request: Request,
    token: str,
    door: str,
    wanted: str,
    score: str,
    problem: WrongUse | None = None,
    typed: str = "",
) -> Response:
    house = the_house(request)
    with house.store.reading() as session:
        visit = visit_of(session, house, token, IN_A_WEBSITE if door == "w" else ANSWERING)
    query = {name: value for name, value in (("q", wanted), ("score", score)) if value}
    page = Page(request, language_for(request, visit.language), _frame(visit, door), query)
    rating = visit.survey.score_question
    given = _score(visit, score)
    question = rating if given is not None else visit.question(wanted)
    shared = {
        "visit": visit,
        "opt_out": _path(opt_out_url(house, visit.request.id)) if visit.request else "",
        "problem": problem,
        "home": _home(visit, house),
        "idle_s": IDLE_S,
        "thanks_s": _thanks_s(house),
    }
    if question is None:
        changes = [] if visit.at_kiosk else _changes(visit, house, page)
        return page.render("thanks.html", {**shared, "changes": changes})
    answers = visit.answers
    view = shown(
        question,
        place_of(visit.survey, answers, question),
        page.language,
        _names(visit, house),
        page.translate,
        chosen=typed or (answers.get(question.name) if given is None else given),
        may_skip=question is not rating,
    )
    values = {**shared, "question": view, "from_mail": given is not None, "most": LONGEST_TEXT}
    return page.render("survey.html", values, status=422 if problem else 200)


def _answer(request: Request, token: str, door: str, name: str, typed: str, lang: str) -> Response:
    house, purposes = the_house(request), IN_A_WEBSITE if door == "w" else ANSWERING
    origin = _origin(request)
    slow_down(house, token, origin)
    with house.store.reading() as session:
        visit = visit_of(session, house, token, purposes)
    language = language_for(request, visit.language, lang)
    if visit.allowed.purpose is Purpose.OPEN:
        _from_our_own_page(request)
    visitor = ""
    if visit.link is not None and visit.answer is None:
        visitor = visitor_mark(house, visit.link.id, origin, request.headers.get("User-Agent", ""))
    try:
        with house.store.writing() as unit:
            token, following = keep_answer(
                unit, house, token, name, typed, language=language, visitor=visitor, purposes=purposes
            )
    except WrongUse as problem:
        return _page(request, token, door, name, "", problem, typed)
    except (AnsweredBefore, OneMoment) as told:
        return Page(request, language, _frame(visit, door)).render(
            "thanks.html", _told(visit, told, house), status=409
        )
    back = urlencode({name: value for name, value in (("q", following), ("lang", lang)) if value})
    return RedirectResponse(
        f"/{door}/{token}" + (f"?{back}" if back else ""), 303, dict(_frame(visit, door).headers)
    )


def _told(visit: Visit, told: GenklangError, house: House) -> dict[str, object]:
    return {
        "visit": visit,
        "opt_out": "",
        "problem": told,
        "changes": [],
        "home": _home(visit, house),
        "thanks_s": _thanks_s(house),
    }


def _home(visit: Visit, house: House) -> str:
    """Where a screen on a counter begins anew for the next visitor; empty for every other page."""
    return open_link_path(house, visit.link) if visit.link is not None and visit.at_kiosk else ""


def _thanks_s(house: House) -> int:
    """How long such a screen thanks: until the next answer may begin."""
    return int(rules_of_links(house.company).kiosk_pause.total_seconds())


def _from_our_own_page(request: Request) -> None:
    """An open link is known to everybody: no other website may send its visitors' browsers to answer it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed(
            "This answer came from another website, and was not kept.",
            code="survey.origin",
            remedy="Open the link itself and answer there.",
        )


def _score(visit: Visit, typed: str) -> Value:
    """A score that the address brings along, if it is one of this survey; it is only chosen, not kept."""
    rating = visit.survey.score_question
    if rating is None or not (typed.isascii() and typed.isdecimal() and len(typed) < 4):
        return None
    return int(typed) if rating.is_asked(visit.answers) and rating.accepts(int(typed)) else None


def _changes(visit: Visit, house: House, page: Page) -> list[tuple[str, str]]:
    """The questions that were answered, by name: each may be changed while the link works."""
    named = _names(visit, house)
    return [
        (
            each.name,
            shown(
                each, place_of(visit.survey, visit.answers, each), page.language, named, page.translate
            ).text,
        )
        for each in visit.survey.questions
        if each.is_asked(visit.answers)
    ]


def _names(visit: Visit, house: House) -> dict[str, str]:
    return {"company": house.company.name, "subject": visit.subject}


def _frame(visit: Visit, door: str) -> Frame:
    origins = tuple(visit.link.origins) if visit.link else ()
    return Frame(origins, widget=True) if door == "w" else Frame()


def _origin(request: Request) -> str:
    return request.client.host if request.client else ""


def _path(url: str) -> str:
    """Our own address without its host, so that a page leads to where it came from."""
    return url[url.index("/o/") :]
