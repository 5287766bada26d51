"""Surveys for people at the desk: the list, how each looks to a customer, and writing one of one's own."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.surveys import own_surveys
from agent.desk.feedback.surveys.open_links import LEADS, open_links
from agent.desk.feedback.surveys.visits import fitting, place_of
from agent.desk.settings.changing import DECIDERS, MAX_REASON, Change, changes_of, may_decide, problem_of
from agent.errors import Conflict, NotFound, SettingError, WrongUse
from agent.feedback.history import Channel, Value
from agent.feedback.surveys.questions import LANGUAGES, LONGEST_TEXT, Kind, Survey, Surveys, TooLong, wording
from api.dependencies import AtDesk, Desk
from api.public.pages import Page
from api.public.showing import as_sent, shown
from api.security_headers import CONTENT_POLICY, CONTENT_POLICY_WITH_MAIL
from api.web.language import marked
from api.web.pages import reader_of, render
from api.web.settings.overview import stamp_for, store_change
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter()

NAMES: Mapping[str, str] = {
    "nps": marked("Recommendation (NPS)"),
    "csat": marked("Satisfaction (CSAT)"),
    "ces": marked("Effort (CES)"),
    "product": marked("Product"),
    "service": marked("Service"),
}
KINDS: Mapping[str, str] = {
    Kind.SCALE: marked("Scale of numbers"),
    Kind.EMOJI: marked("Faces"),
    Kind.YES_NO: marked("Yes or no"),
    Kind.CHOICE: marked("Choice"),
    Kind.TEXT: marked("Free text"),
}
ENDS: Mapping[str, str] = {
    "": marked("No words at the ends"),
    "satisfied": marked("dissatisfied to satisfied"),
    "likely": marked("not likely to likely"),
    "agree": marked("disagree to agree"),
}


def survey_name(desk: Desk, slug: str) -> str:
    """What a survey is called at the desk."""
    words = (
        Page(desk.request, reader_of(desk.request).language).translate(NAMES[slug]) if slug in NAMES else ""
    )
    return words or slug.replace("_", " ").capitalize()


@router.get("/feedback/surveys")
def surveys_page(desk: AtDesk) -> Response:
    surveys, language = _surveys(desk), reader_of(desk.request).language
    own = own_surveys.own_tables(desk.house.company)
    triggers = asking_rules_of(desk.house.company).triggers
    with desk.house.store.reading() as session:
        links = [each.link for each in open_links(session)]
        listed = [
            {
                "slug": slug,
                "name": survey_name(desk, slug),
                "own": slug in own,
                "first": _said(desk, survey.questions[0].text, language),
                "most": survey.most_questions(),
                "too_long": _too_long(surveys, survey),
                "triggers": sum(each.survey == slug for each in triggers),
                "links": sum(each.survey == slug and each.closed_at is None for each in links),
            }
            for slug, survey in surveys.by_name.items()
        ]
        page = {
            "shell": shell(session, desk),
            "listed": listed,
            "decides": desk.person.role in DECIDERS,
            "misfit": problem_of(desk.house),
            **_history(session),
        }
    return render(desk.request, "feedback_surveys.html", page)


@router.get("/feedback/surveys/new")
def new_survey(desk: AtDesk) -> Response:
    may_decide(desk.person)
    first = own_surveys.blank("score", Kind.EMOJI)
    return _form(desk, "", Typed(first | {"order": "score"}))


@router.post("/feedback/surveys/new")
def add_survey(desk: AtDesk, fields: Fields) -> Response:
    return _changed(desk, "", fields)


@router.get("/feedback/surveys/{slug}")
def survey_page(desk: AtDesk, slug: str, lang: str = "") -> Response:
    surveys = _surveys(desk)
    survey = _survey(surveys, slug)
    language = lang if lang in LANGUAGES else reader_of(desk.request).language
    table = own_surveys.own_tables(desk.house.company).get(slug)
    with desk.house.store.reading() as session:
        page = {
            "shell": shell(session, desk),
            "survey": survey,
            "name": survey_name(desk, slug),
            "own": table is not None,
            "editable": table is not None
            and own_surveys.fits_the_form(table)
            and desk.person.role in DECIDERS,
            "language": language,
            "codes": LANGUAGES,
            "kinds": KINDS,
            "said": lambda texts: _said(desk, texts, language),
            "missing": [
                code for code in LANGUAGES if any(code not in each.text for each in survey.questions)
            ],
            "too_long": _too_long(surveys, survey),
            "links": open_links(session, slug),
            "may_link": desk.person.role in LEADS,
            "saved": bool(desk.request.query_params.get("saved")),
        }
    headers = {"Content-Security-Policy": CONTENT_POLICY_WITH_MAIL}
    return render(desk.request, "feedback_survey.html", page, headers=headers)


@router.get("/feedback/surveys/{slug}/preview")
def preview(desk: AtDesk, slug: str, lang: str = "") -> Response:
    """The survey as a customer sees it, branches and all; what is answered here stands in the address alone."""
    survey = _survey(_surveys(desk), slug)
    language = lang if lang in LANGUAGES else reader_of(desk.request).language
    answers = _tried(survey, desk.request.query_params)
    page = Page(desk.request, language)
    question = survey.next_question(answers)
    view = None
    if question is not None:
        names = {"company": desk.house.company.name, "subject": desk.house.company.name}
        skippable = question is not survey.score_question
        view = shown(
            question, place_of(survey, answers, question), language, names, page.translate, may_skip=skippable
        )
    values = {
        "question": view,
        "tried": {f"a.{name}": as_sent(value) for name, value in answers.items()},
        "problem": None,
        "most": LONGEST_TEXT,
    }
    policy = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    headers = {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
    return page.render("preview.html", values, headers=headers)


@router.get("/feedback/surveys/{slug}/edit")
def edit_survey(desk: AtDesk, slug: str) -> Response:
    may_decide(desk.person)
    return _form(desk, slug, Typed(own_surveys.as_typed(_own(desk, slug))))


@router.post("/feedback/surveys/{slug}/edit")
def change_survey(desk: AtDesk, slug: str, fields: Fields) -> Response:
    _own(desk, slug)
    return _changed(desk, slug, {**fields, "slug": slug})


def _changed(desk: Desk, known: str, fields: dict[str, str]) -> Response:
    """One of the form's buttons: rearranges the questions, looks at them, or stores them."""
    may_decide(desk.person)
    act = fields.get("act", "look")
    if ":" in act:
        return _form(desk, known, Typed(own_surveys.rearranged(fields, act)))
    company = desk.house.company
    slug, table, problems = own_surveys.read(company, fields, new=not known)
    typed = Typed(fields, problems)
    if not problems and act == "save":
        path, before = own_surveys.path_of(slug), own_surveys.own_tables(company).get(slug)
        try:
            changes = {} if before == table else {path: table}
            store_change(desk, fields, own_surveys.AREA, changes, {path: before}, {})
            return RedirectResponse(f"/feedback/surveys/{slug}?saved=yes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _form(desk, known, typed, table=None if problems else table)


def _form(desk: Desk, slug: str, typed: Typed, *, table: dict[str, Any] | None = None) -> Response:
    surveys = _surveys(desk)
    survey = None
    if table is not None:
        try:
            survey = own_surveys.survey_of(slug, table)
        except SettingError as error:
            typed.problem = error
    order = own_surveys.order_of(typed.values)
    rated = [key for key in order if typed[f"{key}.kind"] in {Kind.SCALE, Kind.EMOJI}]
    own = desk.house.company.language
    with desk.house.store.reading() as session:
        page = {
            "shell": shell(session, desk),
            "slug": slug,
            "name": survey_name(desk, slug) if slug else "",
            "typed": typed,
            "order": order,
            "earlier": {key: [one for one in order[: order.index(key)] if one in rated] for key in order},
            "kinds": KINDS,
            "ends": ENDS,
            "codes": [own, *(code for code in LANGUAGES if code != own)]
            if own in LANGUAGES
            else list(LANGUAGES),
            "survey": survey,
            "too_long": _too_long(surveys, survey) if survey else (),
            "longest": own_surveys.LONGEST_TEXT,
            "most_reason": MAX_REASON,
            "stamp": stamp_for(session, typed),
        }
    return render(desk.request, "feedback_survey_edit.html", page, status=typed.status)


def _surveys(desk: Desk) -> Surveys:
    return asking_rules_of(desk.house.company).surveys


def _survey(surveys: Surveys, slug: str) -> Survey:
    if slug not in surveys.by_name:
        raise NotFound("There is no such survey.", code="survey.unknown", remedy="Look at the list again.")
    return surveys.by_name[slug]


def _own(desk: Desk, slug: str) -> dict[str, Any]:
    table = own_surveys.own_tables(desk.house.company).get(slug)
    if table is None or not own_surveys.fits_the_form(table):
        raise NotFound(
            "This survey cannot be changed here.",
            code="survey.not_own",
            remedy="Write one of your own, or change it in company.toml.",
        )
    return table


def _too_long(surveys: Surveys, survey: Survey) -> tuple[TooLong, ...]:
    """A warning for a phone, and one for e-mail, where there is one; phones all have the same limit."""
    return surveys.warnings(survey, (Channel.SMS, Channel.EMAIL))


def _said(desk: Desk, texts: Mapping[str, str], language: str) -> str:
    company = desk.house.company.name
    return wording(texts, language, company=company, subject=company) if texts else ""


def _tried(survey: Survey, query: Mapping[str, str]) -> dict[str, Value]:
    """What was answered in the preview so far."""
    answers: dict[str, Value] = {}
    by_name = {each.name: each for each in survey.questions}
    for name, typed in query.items():
        question = by_name.get(name.removeprefix("a.")) if name.startswith("a.") else None
        if question is not None:
            answers[question.name] = _meant(question.kind, typed)
    named = query.get("q", "")
    if named in by_name and "answer" in query:
        answers[named] = _meant(by_name[named].kind, query["answer"])
    return fitting(survey, answers)


def _meant(kind: Kind, typed: str) -> Value:
    if kind in {Kind.SCALE, Kind.EMOJI}:
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else None
    if kind is Kind.YES_NO:
        return {"yes": True, "no": False}.get(typed)
    return typed or None


def _history(session: Session) -> dict[str, Any]:
    def moved(change: Change) -> list[tuple[str, str, str]]:
        return [
            (path.rpartition(".")[2], _size(before), _size(after)) for path, before, after in change.moved
        ]

    return {"changes": changes_of(session, own_surveys.AREA), "moved": moved}


def _size(table: Mapping[str, Any] | None) -> str:
    return ", ".join(table) if table else "–"
