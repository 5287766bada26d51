"""The checklists of all categories: everybody reads them, leads write them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from agent.cases.checklist import Item
from agent.desk.casework.checklists import (
    checklist_of,
    checklist_versions,
    restore_checklist,
    save_checklist,
)
from agent.desk.replies.reply_templates import LEADS
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.pages import reader_of, render
from api.web.shell import shell

router = APIRouter(prefix="/checklists")

NEW = 2  # empty rows below a list, to write new items into


@router.get("")
def checklists_page(desk: AtDesk) -> Response:
    taxonomy = desk.request.app.state.taxonomy
    with desk.house.store.reading() as session:
        lists = [(slug, checklist_of(session, slug)) for slug in taxonomy.slugs]
        values = {"shell": shell(session, desk), "lists": lists, "may_edit": desk.person.role in LEADS}
    return render(desk.request, "checklists.html", values)


@router.get("/{category}")
def checklist_page(desk: AtDesk, category: str) -> Response:
    return _form(desk, category)


async def typed_items(request: Request) -> tuple[Item, ...]:
    """Rows of fields: `id_<n>`, `required_<n>`, and `text_<n>_<language>`; rows without words are left out."""
    form = await request.form()
    rows = sorted(int(key[3:]) for key in form if key.startswith("id_") and key[3:].isdecimal())
    items = (
        Item(
            id=str(form[f"id_{row}"])[:80] or f"item-{row}",
            texts={
                language: " ".join(words.split())
                for language in LANGUAGES
                if (words := str(form.get(f"text_{row}_{language}", ""))).strip()
            },
            required=form.get(f"required_{row}") == "yes",
        )
        for row in rows
    )
    return tuple(item for item in items if item.texts)


@router.post("/{category}")
def save(
    desk: AtDesk,
    category: str,
    items: Annotated[tuple[Item, ...], Depends(typed_items)],
    version: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    _known(desk, category)
    try:
        with desk.house.store.writing() as unit:
            save_checklist(
                unit, desk.house, category=category, items=items, version=version, person=desk.person
            )
    except (Conflict, WrongUse) as problem:
        return _form(desk, category, typed=items, version=version, problem=problem)
    return RedirectResponse(f"/checklists#list-{category}", 303)


@router.post("/{category}/restore")
def restore(desk: AtDesk, category: str, version: Annotated[int, Form(ge=0)] = 0) -> Response:
    _known(desk, category)
    with desk.house.store.writing() as unit:
        restore_checklist(unit, desk.house, category=category, version=version, person=desk.person)
    return RedirectResponse(f"/checklists/{category}", 303)


def _form(
    desk: Desk,
    category: str,
    *,
    typed: tuple[Item, ...] | None = None,
    version: int | None = None,
    problem: GenklangError | None = None,
) -> Response:
    _known(desk, category)
    with desk.house.store.reading() as session:
        versions = checklist_versions(session, category)
        items = checklist_of(session, category) if typed is None else typed
        newest = versions[0].version if versions else 0
        values = {
            "shell": shell(session, desk),
            "category": category,
            "items": items,
            "new_rows": [(len(items) + k, f"{category}-{newest + 1}-{k}") for k in range(NEW)],
            "version": newest if version is None else version,
            "versions": versions,
            "customer_languages": sorted(
                LANGUAGES, key=lambda code: code != reader_of(desk.request).language
            ),
            "may_edit": desk.person.role in LEADS,
            "problem": problem,
        }
    return render(desk.request, "checklist_edit.html", values, status=status_of(problem) if problem else 200)


def _known(desk: Desk, category: str) -> None:
    if category not in desk.request.app.state.taxonomy:
        raise NotFound(
            "There is no such category.", code="category.unknown", remedy="Choose one of the list."
        )
