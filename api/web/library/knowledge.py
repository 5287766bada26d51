"""The library: what drafts are written from. Its list, its articles and their editing, and what is missing in it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.articles.gaps import gap_report
from agent.desk.articles.judging_sources import judge_source, verdicts_of
from agent.desk.articles.removing_documents import bring_back, remove, removed_lately
from agent.desk.articles.uploading import take_files
from agent.desk.articles.writing_articles import (
    LANGUAGES,
    Article,
    StillPersonal,
    compose,
    near_duplicates,
    personal_data,
    save,
)
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.privacy.redaction import PiiSpan
from agent.store.queries.knowledge import Wanted, list_library, titles_of
from agent.store.tables import DocumentRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.draft.decisions import ViewField, this_case
from api.web.file_name import shown_name
from api.web.pages import render
from api.web.shell import shell
from knowledge.search import IndexUnavailable, Match

router = APIRouter()

GAPS_SHOWN = 12

Text = Annotated[str, Form()]


@router.get("/knowledge")
def library_page(
    desk: AtDesk,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: str = "",
    language: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    saved: str = "",
) -> Response:
    return render(
        desk.request, "knowledge.html", _library(desk, Wanted(q.strip(), kind, language, page), saved)
    )


@router.post("/knowledge/upload")
def upload(desk: AtDesk, files: Annotated[list[UploadFile] | None, File()] = None) -> Response:
    """The list again, with what became of each file above it."""
    named = [(shown_name(file.filename), file.file) for file in files or () if file.filename]
    told = take_files(desk.house, named, person=desk.person)
    return render(desk.request, "knowledge.html", _library(desk, Wanted()) | {"files": told})


def _library(desk: Desk, wanted: Wanted, saved: str = "") -> dict[str, Any]:
    with desk.house.store.reading() as session:
        return {
            "shell": shell(session, desk),
            "wanted": wanted,
            "library": list_library(session, wanted),
            "removed": removed_lately(session),
            "gap_count": len(gap_report(session, desk.house.clock())),
            "saved": titles_of(session, [saved]).get(saved, "") if saved else "",
            "page_url": lambda number: _list_url(replace(wanted, page=number)),
        }


def _list_url(wanted: Wanted) -> str:
    query = {"q": wanted.words, "kind": wanted.kind, "language": wanted.language, "page": wanted.page}
    return f"/knowledge?{urlencode({name: value for name, value in query.items() if value})}"


@router.get("/knowledge/gaps")
def gaps_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        gaps = gap_report(session, desk.house.clock())[:GAPS_SHOWN]
        nearest = [ask.row.nearest_id for gap in gaps for ask in gap.asks[:1]]
        values = {
            "shell": shell(session, desk),
            "gaps": gaps,
            "titles": titles_of(session, nearest),
        }
    return render(desk.request, "knowledge_gaps.html", values)


@router.get("/knowledge/new")
def new_article(desk: AtDesk, case: int = 0) -> Response:
    """An empty article, or one composed from an answered case, beside those that perhaps say the same."""
    put_aside: tuple[str, ...] = ()
    article = Article("", "", desk.house.company.language)
    with desk.house.store.reading() as session:
        if case:
            proposal = compose(session, desk.house, case)
            article, put_aside = proposal.article, proposal.put_aside
    return _editor(desk, article, put_aside=put_aside, look_around=bool(case))


@router.get("/knowledge/edit")
def edit_article(desk: AtDesk, id: str, case: int = 0) -> Response:  # noqa: A002 - the name in the address
    """An article as it is, with what a case has to add at its end."""
    put_aside: tuple[str, ...] = ()
    with desk.house.store.reading() as session:
        row = session.get(DocumentRow, id)
        if row is None:
            raise NotFound(
                "There is no such article.", code="document.unknown", remedy="Look at the list again."
            )
        article = Article(row.title, row.body, row.language, row.category, row.id, case or None)
        if case:
            proposal = compose(session, desk.house, case)
            put_aside = proposal.put_aside
            article = replace(article, body=f"{row.body}\n\n{proposal.article.body}")
    return _editor(desk, article, put_aside=put_aside)


@router.post("/knowledge/save")
def save_article(
    desk: AtDesk,
    title: Text = "",
    body: Text = "",
    language: Text = "",
    category: Text = "",
    id: Text = "",  # noqa: A002 - the field's name
    case: Annotated[int, Form()] = 0,
) -> Response:
    article = Article(title, body, language, category, id, case or None)
    try:
        with desk.house.store.writing() as unit:
            row = save(unit, desk.house, article, person=desk.person)
            document_id = row.id
    except (WrongUse, Conflict) as problem:
        spans = problem.spans if isinstance(problem, StillPersonal) else ()
        return _editor(desk, article, problem=problem, spans=spans)
    return RedirectResponse(f"/knowledge?{urlencode({'saved': document_id})}", 303)


def _editor(
    desk: Desk,
    article: Article,
    *,
    put_aside: Sequence[str] = (),
    look_around: bool = False,
    problem: GenklangError | None = None,
    spans: Sequence[PiiSpan] = (),
) -> Response:
    duplicates: list[Match] = []
    no_index = False
    with desk.house.store.reading() as session:
        if look_around:
            spans = personal_data(session, desk.house, article)
            duplicates, no_index = _duplicates(session, desk, article)
        taxonomy = desk.request.app.state.taxonomy
        values = {
            "shell": shell(session, desk),
            "article": article,
            "put_aside": put_aside,
            "duplicates": duplicates,
            "no_index": no_index,
            "problem": problem,
            "personal": list(dict.fromkeys(span.text for span in spans)),
            "article_languages": LANGUAGES,
            "categories": taxonomy.slugs,
        }
    return render(desk.request, "knowledge_edit.html", values, status=status_of(problem) if problem else 200)


def _duplicates(session: Session, desk: Desk, article: Article) -> tuple[list[Match], bool]:
    try:
        return near_duplicates(session, desk.house, article), False
    except IndexUnavailable:
        return [], True


@router.post("/knowledge/remove")
def remove_document(desk: AtDesk, id: Text = "") -> Response:  # noqa: A002 - the field's name
    with desk.house.store.writing() as unit:
        remove(unit, desk.house, document_id=id, person=desk.person)
    return RedirectResponse("/knowledge#removed", 303)


@router.post("/knowledge/restore")
def restore_document(desk: AtDesk, id: Text = "") -> Response:  # noqa: A002 - the field's name
    with desk.house.store.writing() as unit:
        bring_back(unit, desk.house, document_id=id, person=desk.person)
    return RedirectResponse(f"/knowledge?{urlencode({'saved': id})}", 303)


@router.post("/cases/{case_id}/sources")
def judge(
    desk: AtDesk, case_id: int, document: Text = "", verdict: Text = "", view: ViewField = ""
) -> Response:
    """Whether a source helped. A script gets the two buttons back, a form the case."""
    gone = False
    by_script = bool(desk.request.headers.get("HX-Request"))
    try:
        with desk.house.store.writing() as unit:
            judge_source(
                unit, desk.house, case_id=case_id, document_id=document, verdict=verdict, person=desk.person
            )
    except NotFound:
        if not by_script:
            raise
        gone = True
    if not by_script:
        return RedirectResponse(f"{this_case(case_id, view)}#sec-similar", 303)
    with desk.house.store.reading() as session:
        judged = verdicts_of(session, case_id, desk.person.id)
    values = {"case_id": case_id, "document": document, "judged": judged, "view_name": view, "gone": gone}
    return render(desk.request, "_helped.html", values)
