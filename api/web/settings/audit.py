"""The audit trail: searched by person, case, kind and time, exported, and checked for tampering."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.desk.audit import SYSTEM, first_break
from agent.desk.people.accounts import list_people
from agent.store.queries.audit_trail import TrailFilter, actions, newest, trail_page, whole_trail
from agent.store.tables import AuditRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.web.pages import gettext_of, person_name
from api.web.settings.audit_words import WORDS
from api.web.settings.shell import may_see, settings_page
from api.web.spreadsheet import as_csv

router = APIRouter()

COLUMNS = ("id", "at", "actor", "name", "action", "case", "subject", "detail", "hash")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it stands in the address."""

    actor: str = ""
    action: str = ""
    case: str = ""
    since: str = ""
    until: str = ""
    before: int | None = None

    def query(self, **more: object) -> str:
        fields = {name: getattr(self, name) for name in ("actor", "action", "case", "since", "until")} | more
        return urlencode({name: value for name, value in fields.items() if value})


def _asked(
    actor: Annotated[str, Query(max_length=100)] = "",
    action: Annotated[str, Query(max_length=100)] = "",
    case: Annotated[str, Query(max_length=20)] = "",
    since: Annotated[str, Query(max_length=20)] = "",
    until: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Asked:
    return Asked(actor, action, case.strip().lstrip("#"), since, until, before)


@router.get("/settings/audit")
def audit_page(
    desk: AtDesk, actor: str = "", action: str = "", case: str = "", since: str = "", until: str = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:  # fmt: skip
    may_see(desk)
    return _show(desk, _asked(actor, action, case, since, until, before))


@router.get("/settings/audit.csv")
def audit_csv(
    desk: AtDesk, actor: str = "", action: str = "", case: str = "", since: str = "", until: str = ""
) -> Response:
    """All events that match, newest first."""
    may_see(desk)
    wanted, _ = _filter(desk, _asked(actor, action, case, since, until))
    with desk.house.store.reading() as session:
        names = _names(session)
        rows = [_row(row, names) for row in whole_trail(session, wanted)]
    headers = {"Content-Disposition": 'attachment; filename="genklang-audit.csv"'}
    return Response(as_csv(COLUMNS, rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/settings/audit/verify")
def verify(desk: AtDesk) -> Response:
    """Walk the whole chain, and say whether it holds."""
    may_see(desk)
    with desk.house.store.reading() as session:
        broken, count = first_break(session), session.scalar(select(func.count()).select_from(AuditRow)) or 0
    return _show(desk, Asked(), verified=(broken, count))


def _show(desk: Desk, asked: Asked, *, verified: tuple[int | None, int] | None = None) -> Response:
    wanted, wrong = _filter(desk, asked)
    words = gettext_of(desk.request)

    def called(action: str) -> str:
        return words(WORDS[action]) if action in WORDS else ""

    with desk.house.store.reading() as session:
        kinds = [(action, called(action)) for action in actions(session)]
        page = {
            "asked": asked,
            "wrong": wrong,
            "trail": trail_page(session, wanted),
            "names": _names(session),
            "people": list_people(session),
            "system": SYSTEM,
            "kinds": sorted(kinds, key=lambda kind: (kind[1] or kind[0]).casefold()),
            "called": called,
            "newest": newest(session),
            "verified": verified,
            "plain": _plain,
        }
        return settings_page(desk, session, "settings_audit.html", page)


def _filter(desk: Desk, asked: Asked) -> tuple[TrailFilter, list[str]]:
    """The filter, and the names of fields that could not be understood and were left out."""
    wrong: list[str] = []

    def day(name: str, text: str, *, end: bool = False) -> datetime | None:
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            wrong.append(name)
            return None
        return datetime.combine(found + timedelta(days=end), time(), desk.house.company.zone)

    case_id = int(asked.case) if asked.case.isdecimal() and len(asked.case) < 12 else None
    if asked.case and case_id is None:
        wrong.append("case")
    since, until = day("since", asked.since), day("until", asked.until, end=True)
    return TrailFilter(asked.actor, asked.action, case_id, since, until, asked.before), wrong


def _names(session: Session) -> dict[str, str]:
    return {f"person:{one.id}": person_name(one) for one in session.scalars(select(PersonRow))}


def _plain(detail: dict[str, Any]) -> str:
    """Details in one line: ids and figures, never a customer's words."""
    return ", ".join(
        f"{name} {value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)}"
        for name, value in detail.items()
        if value not in (None, "")
    )


def _row(row: AuditRow, names: dict[str, str]) -> tuple[Any, ...]:
    return (
        row.id, row.at.isoformat(), row.actor, names.get(row.actor, ""), row.action, row.case_id or "",
        row.subject, json.dumps(row.detail, ensure_ascii=False, sort_keys=True), row.hash,
    )  # fmt: skip
