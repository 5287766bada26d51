"""Reply templates: leads write them, look at them on a real case, take versions back; agents put them into replies."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change
from agent.desk.replies.reply_templates import (
    LEADS,
    delete_template,
    deleted_templates,
    facts_of,
    filled,
    find_template,
    restore_template,
    save_template,
    template_versions,
    templates_of,
)
from agent.desk.replies.unsent import keep_unsent
from agent.drafting.reply_template import (
    PLACEHOLDERS,
    Conditions,
    ReplyTemplate,
    conditions_of,
    shipped,
    text_for,
)
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, DraftRow
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web import wording
from api.web.case.writing import DraftField, TextField, form_url
from api.web.draft.decisions import ViewField, carry_out
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as the customer of this case would read it, or why they cannot."""

    case_id: int
    language: str
    text: str
    problem: GenklangError | None


@router.get("/templates")
def templates_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        values = {
            "shell": shell(session, desk),
            "templates": sorted(templates_of(session).values(), key=lambda one: one.name(_reads(desk))),
            "deleted": deleted_templates(session),
            "shipped": shipped(),
            "may_edit": desk.person.role in LEADS,
        }
    return render(desk.request, "templates.html", values)


@router.get("/templates/new")
def new_template(desk: AtDesk) -> Response:
    return _form(desk, ReplyTemplate("", {"": ""}, {}), version=0)


@router.get("/templates/{slug}")
def template_page(desk: AtDesk, slug: str, case: Annotated[int, Query(ge=0)] = 0) -> Response:
    with desk.house.store.reading() as session:
        template = find_template(session, slug)
        versions = template_versions(session, slug)
    return _form(desk, template, version=versions[0].version if versions else 0, case_id=case)


async def typed_texts(request: Request) -> dict[str, str]:
    """The fields `text_<language>` of the form."""
    form = await request.form()
    return {language: str(form.get(f"text_{language}", "")) for language in LANGUAGES}


@router.post("/templates/save")
def save(
    desk: AtDesk,
    texts: Annotated[dict[str, str], Depends(typed_texts)],
    slug: Annotated[str, Form(max_length=80)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    version: Annotated[int, Form(ge=0)] = 0,
    categories: Annotated[list[str] | None, Form()] = None,
    priorities: Annotated[list[str] | None, Form()] = None,
    tiers: Annotated[str, Form(max_length=200)] = "",
    hours: Annotated[str, Form(max_length=10)] = "",
    case: Annotated[str, Form(max_length=12)] = "",
    then: ViewField = "",
) -> Response:
    """Save a version, or with `then=preview` only show it on a case; the texts are the fields `text_<language>`."""
    taxonomy = desk.request.app.state.taxonomy
    conditions = conditions_of(
        {
            "categories": [one for one in categories or () if one in taxonomy],
            "priorities": [one for one in priorities or () if one in wording.PRIORITIES],
            "tiers": [tier.strip() for tier in tiers.split(",") if tier.strip()],
            "hours": hours,
        }
    )
    typed = ReplyTemplate(slug, {"": name}, texts, conditions)
    number = int(case) if case.isdecimal() else 0
    if then == "preview":
        return _form(desk, typed, version=version, case_id=number, preview=True)
    return _save(desk, typed, conditions, version)


def _save(desk: Desk, typed: ReplyTemplate, conditions: Conditions, version: int) -> Response:
    try:
        with desk.house.store.writing() as unit:
            save_template(
                unit,
                desk.house,
                slug=typed.slug,
                name=typed.names[""],
                texts=typed.texts,
                conditions=conditions,
                version=version,
                person=desk.person,
            )
    except (Conflict, WrongUse) as problem:
        return _form(desk, typed, version=version, problem=problem)
    return RedirectResponse("/templates", 303)


@router.post("/templates/{slug}/delete")
def delete(desk: AtDesk, slug: str) -> Response:
    with desk.house.store.writing() as unit:
        delete_template(unit, desk.house, slug=slug, person=desk.person)
    return RedirectResponse("/templates#deleted", 303)


@router.post("/templates/{slug}/restore")
def restore(desk: AtDesk, slug: str, version: Annotated[int, Form(ge=0)] = 0) -> Response:
    with desk.house.store.writing() as unit:
        restore_template(
            unit, desk.house, slug=slug, version=version, person=desk.person, language=_reads(desk)
        )
    return RedirectResponse(f"/templates/{slug}", 303)


@router.post("/cases/{case_id}/templates")
def put_in(
    desk: AtDesk,
    case_id: int,
    template: Annotated[str, Form(max_length=80)] = "",
    text: TextField = "",
    subject: TextField = "",
    doing: TextField = "",
    draft: DraftField = None,
    view: ViewField = "",
) -> Response:
    """Add a template to the end of what is being written, or of the draft, and go on editing it."""
    base: DraftRow | None = None
    with desk.house.store.reading() as session:
        found = session.get(DraftRow, draft) if draft else None
        base = found if found is not None and found.case_id == case_id else None
    form = doing if doing in {"edit", "write"} else ("edit" if base is not None else "write")
    before = text if doing in {"edit", "write"} else (base.text if base is not None else "")

    def act(unit: Unit) -> None:
        _put_in(unit, desk, case_id, template, form, before, subject, base)

    return carry_out(
        desk,
        act,
        case_id=case_id,
        view=view,
        then=form_url(case_id, view, form, "reply-text"),
        form=form,
        typed=before,
        typed_subject=subject,
        ends_words=False,
    )


def _put_in(
    unit: Unit,
    desk: Desk,
    case_id: int,
    slug: str,
    form: str,
    before: str,
    subject: str,
    base: DraftRow | None,
) -> None:
    case = case_for_change(unit.session, case_id)
    try:
        words = filled(unit.session, desk.house, case=case, slug=slug, person=desk.person)
    except NotFound as gone:
        raise WrongUse(gone.message, code=gone.code, remedy="Choose another one.") from gone
    keep_unsent(
        unit,
        desk.house,
        case_id=case_id,
        form=form,
        text="\n\n".join(part for part in (before.rstrip(), words) if part),
        subject=subject or (base.subject if base is not None else ""),
        draft_id=base.id if base is not None and form == "edit" else None,
        person=desk.person,
    )
    record(
        unit,
        "template.used",
        actor=by(desk.person),
        now=desk.house.clock(),
        case_id=case_id,
        subject=f"template:{slug}",
    )


def _form(
    desk: Desk,
    template: ReplyTemplate,
    *,
    version: int,
    case_id: int = 0,
    preview: bool = False,
    problem: GenklangError | None = None,
) -> Response:
    taxonomy, language = desk.request.app.state.taxonomy, _reads(desk)
    words = gettext_of(desk.request)
    with desk.house.store.reading() as session:
        values: dict[str, Any] = {
            "shell": shell(session, desk),
            "template": template,
            "version": version,
            "versions": template_versions(session, template.slug) if template.slug else (),
            "is_shipped": template.slug in shipped(),
            "may_edit": desk.person.role in LEADS,
            "problem": problem,
            "case_id": case_id,
            "preview": _preview(desk, session.get(CaseRow, case_id), template)
            if case_id or preview
            else None,
            "placeholders": PLACEHOLDERS,
            "customer_languages": LANGUAGES,
            "categories": [(slug, taxonomy[slug].name(language)) for slug in taxonomy.slugs],
            "priorities": [(value, words(name)) for value, name in wording.PRIORITIES.items()],
        }
    return render(desk.request, "template_edit.html", values, status=status_of(problem) if problem else 200)


def _preview(desk: Desk, case: CaseRow | None, template: ReplyTemplate) -> Preview:
    if case is None:
        missing = NotFound("There is no case with this number.", remedy="Look it up on the desk.")
        return Preview(0, "", "", missing)
    with desk.house.store.reading() as session:
        facts = facts_of(session, desk.house, case, desk.person)
    try:
        return Preview(case.id, case.language, text_for(template, case.language, facts), None)
    except WrongUse as problem:
        return Preview(case.id, case.language, "", problem)


def _reads(desk: Desk) -> str:
    return reader_of(desk.request).language
