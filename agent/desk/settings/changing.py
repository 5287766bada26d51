"""Changing the company's settings: checked before they are stored, with a reason, a name, and a way back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from agent.company import Company, laid_over
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.settings.live import LiveCompany, changed_company, check_company, stamp_of
from agent.errors import Conflict, GenklangError, NotAllowed, NotFound, SettingError, WrongUse
from agent.store.session import Unit
from agent.store.tables import CompanySettingRow, PersonRow

DECIDERS = ("admin",)
MAX_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class Change:
    """A change as people read it, newest first in lists."""

    row: CompanySettingRow
    person: PersonRow | None
    undone_by: PersonRow | None

    @property
    def moved(self) -> Sequence[tuple[str, Any, Any]]:
        """Each key path with its value before and after."""
        return tuple((path, self.row.before.get(path), after) for path, after in self.row.values.items())


def changed(company: Company, values: Mapping[str, Any]) -> Company:
    """The company as it would be with `values` (key paths). Raises `WrongUse` where that cannot be meant."""
    try:
        company = laid_over(company, values)
        check_company(company)
    except SettingError as error:
        raise WrongUse(error.message, code="settings.refused", remedy=error.remedy) from error
    return company


def change_settings(
    unit: Unit,
    house: House,
    area: str,
    values: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
    stamp: str,
    reason: str,
    person: PersonRow,
    effect: Mapping[str, Any] | None = None,
) -> CompanySettingRow:
    """Store `values` (by key path); they count from the next mail and the next page on.

    `before` is what each path was, `effect` what the person was shown, `stamp` that of the page they saw. Raises
    `NotAllowed`, `Conflict` when somebody changed the settings since, and `WrongUse` without a reason, without any
    change, and for what cannot be meant.
    """
    may_decide(person)
    if stamp != stamp_of(unit.session):
        raise Conflict(
            "Somebody changed the settings while you had them open.",
            code="settings.outdated",
            remedy="Compare with what holds now, and save again.",
        )
    if not values:
        raise WrongUse("Nothing was changed.", code="settings.same", remedy="Change a value, then save.")
    words = reason_of(reason)
    changed(_now(unit.session, house), values)
    row = CompanySettingRow(
        area=area,
        values=dict(values),
        before=dict(before),
        reason=words,
        effect=dict(effect or {}),
        person_id=person.id,
        created_at=house.clock(),
    )
    unit.session.add(row)
    unit.session.flush()
    record(
        unit,
        "settings.changed",
        actor=by(person),
        now=row.created_at,
        subject=f"setting:{row.id}",
        area=area,
        keys=sorted(values),
        digest=_digest(row),
    )
    return row


def take_back(unit: Unit, house: House, *, change_id: int, person: PersonRow) -> CompanySettingRow:
    """Undo a change that stands; what was changed after it stays.

    Raises `NotAllowed`, `NotFound`, and `Conflict` where it is undone already or later changes rest upon it.
    """
    may_decide(person)
    row = unit.session.get(CompanySettingRow, change_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such change.", code="settings.unknown", remedy="Open the page again.")
    if row.undone_at is not None:
        raise Conflict(
            "This change was taken back already.", code="settings.undone", remedy="Open the page again."
        )
    try:
        changed_company(unit.session, filed_company(house), but=row.id)
    except SettingError as error:
        raise Conflict(
            f"Without this change the settings would not fit together: {error.message}",
            code="settings.needed",
            remedy="Take back the later change that needs it first.",
        ) from error
    row.undone_at, row.undone_by_id = house.clock(), person.id
    record(
        unit,
        "settings.undone",
        actor=by(person),
        now=row.undone_at,
        subject=f"setting:{row.id}",
        area=row.area,
        keys=sorted(row.values),
    )
    return row


def changes_of(session: Session, area: str, limit: int = 20) -> tuple[Change, ...]:
    """What was changed in an area, newest first, taken back or not."""
    undoer = aliased(PersonRow)
    rows = session.execute(
        select(CompanySettingRow, PersonRow, undoer)
        .outerjoin(PersonRow, PersonRow.id == CompanySettingRow.person_id)
        .outerjoin(undoer, undoer.id == CompanySettingRow.undone_by_id)
        .where(CompanySettingRow.area == area)
        .order_by(CompanySettingRow.id.desc())
        .limit(limit)
    )
    return tuple(Change(row, person, undone_by) for row, person, undone_by in rows)


def filed_company(house: House) -> Company:
    """The company as company.toml has it."""
    live = house.live_company
    return live.filed if isinstance(live, LiveCompany) else house.company


def problem_of(house: House) -> GenklangError | None:
    """Why the changes made at the desk do not count at the moment, if they do not."""
    live = house.live_company
    return live.problem if isinstance(live, LiveCompany) else None


def may_decide(person: PersonRow) -> None:
    """Raise `NotAllowed` for those who do not change settings."""
    if person.role not in DECIDERS:
        raise NotAllowed(
            "Only administrators change settings.",
            code="settings.role",
            remedy="Ask an administrator to do it.",
        )


def reason_of(reason: str) -> str:
    """The reason in one line. Raises `WrongUse` where there is none."""
    words = " ".join(reason.split())
    if not words:
        raise WrongUse("The change needs a reason.", code="settings.reason", remedy="Say in few words why.")
    return words[:MAX_REASON]


def _now(session: Session, house: House) -> Company:
    """What holds within this transaction, which nobody else can change meanwhile."""
    try:
        return changed_company(session, filed_company(house))
    except SettingError as error:
        raise Conflict(error.message, code="settings.broken", remedy=error.remedy) from error


def _digest(row: CompanySettingRow) -> str:
    """Ties the stored values to the audit trail, which nobody changes unseen."""
    return hashlib.sha256(json.dumps(row.values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
