"""A company's reply templates: the shipped ones, overlaid by what leads wrote, each version kept."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from babel.dates import format_date, format_time
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.settings.rules import hours_of
from agent.drafting.reply_template import (
    Conditions,
    ReplyTemplate,
    Situation,
    checked,
    conditions_of,
    fits,
    shipped,
    text_for,
)
from agent.errors import Conflict, NotFound, WrongUse
from agent.locales import locale_of
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MailboxRow, PersonRow, ReplyTemplateRow

LEADS = ("lead", "admin")


def templates_of(session: Session) -> Mapping[str, ReplyTemplate]:
    """All templates by slug, without deleted ones: the company's newest version before the shipped one."""
    found = dict(shipped())
    for row in session.scalars(select(ReplyTemplateRow).order_by(ReplyTemplateRow.version)):
        found.pop(row.slug, None)
        if not row.deleted:
            found[row.slug] = as_template(row)
    return found


def deleted_templates(session: Session) -> Sequence[ReplyTemplateRow]:
    """The newest version of each deleted template, last deleted first."""
    newest = {
        row.slug: row for row in session.scalars(select(ReplyTemplateRow).order_by(ReplyTemplateRow.id))
    }
    gone = [row for row in newest.values() if row.deleted]
    return sorted(gone, key=lambda row: row.created_at, reverse=True)


def template_versions(session: Session, slug: str) -> Sequence[ReplyTemplateRow]:
    """What the company wrote of one template, newest first."""
    return session.scalars(
        select(ReplyTemplateRow)
        .where(ReplyTemplateRow.slug == slug)
        .order_by(ReplyTemplateRow.version.desc())
    ).all()


def as_template(row: ReplyTemplateRow) -> ReplyTemplate:
    return ReplyTemplate(row.slug, {"": row.name}, row.texts, conditions_of(row.conditions))


def offered_templates(session: Session, house: House, case: CaseRow) -> tuple[ReplyTemplate, ...]:
    """What fits this case now, in the order of the templates."""
    situation = situation_of(session, house, case)
    return tuple(template for template in templates_of(session).values() if fits(template, situation))


def situation_of(session: Session, house: House, case: CaseRow) -> Situation:
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
    mailbox = session.get_one(MailboxRow, case.mailbox_id)
    calendar = hours_of(house.company).of(
        mailbox.address, customer.country if customer else "", case.category
    )
    now = house.clock().astimezone(calendar.zone)
    open_now = calendar.is_open(now.date()) and calendar.opening(now.date()) <= now < calendar.closing(
        now.date()
    )
    return Situation(case.category, case.language, case.priority, customer.tier if customer else "", open_now)


def facts_of(session: Session, house: House, case: CaseRow, person: PersonRow) -> dict[str, str]:
    """What is known for the placeholders; a fact that is not known is left out."""
    mailbox = session.get_one(MailboxRow, case.mailbox_id)
    facts = {
        "customer_name": case.customer_name,
        "case_number": f"#{case.id}",
        "agent_name": person.name,
        "company": mailbox.brand or house.company.name,
        "respond_by": "",
    }
    if case.respond_by is not None and case.state == "open" and case.respond_by > house.clock():
        local, locale = case.respond_by.astimezone(house.company.zone), locale_of(case.language)
        day = format_date(local.date(), "long", locale=locale)
        facts["respond_by"] = f"{day}, {format_time(local.time(), 'short', locale=locale)}"
    return {name: value for name, value in facts.items() if value}


def filled(session: Session, house: House, *, case: CaseRow, slug: str, person: PersonRow) -> str:
    """The template's text for this case. Raises `NotFound`, and `WrongUse` where a fact or the language is missing."""
    return text_for(find_template(session, slug), case.language, facts_of(session, house, case, person))


def find_template(session: Session, slug: str) -> ReplyTemplate:
    template = templates_of(session).get(slug)
    if template is None:
        raise NotFound(
            "There is no such template.", code="template.unknown", remedy="It may have been deleted."
        )
    return template


def save_template(
    unit: Unit,
    house: House,
    *,
    slug: str,
    name: str,
    texts: Mapping[str, str],
    conditions: Conditions,
    version: int,
    person: PersonRow,
) -> ReplyTemplateRow:
    """Write a new version; an empty slug makes a new template.

    `version` is the one that was read, 0 for a shipped or new one. Raises `Conflict` when somebody was faster.
    """
    kept_name, kept = checked({"": name}, texts)
    slug = slug or f"{re.sub(r'[^a-z0-9]+', '-', kept_name.lower()).strip('-')[:40]}-{secrets.token_hex(3)}"
    return _add_version(unit, house, slug, kept_name, kept, conditions, person, seen=version)


def delete_template(unit: Unit, house: House, *, slug: str, person: PersonRow) -> None:
    """Offer it no more. Its versions stay, and `restore_template` has it again."""
    old = find_template(unit.session, slug)
    _add_version(
        unit, house, slug, old.name(person.language), dict(old.texts), old.conditions, person, deleted=True
    )


def restore_template(
    unit: Unit, house: House, *, slug: str, version: int, person: PersonRow, language: str = "en"
) -> None:
    """Make an older version the newest again; 0 is the shipped one. This also undoes a deletion."""
    row = unit.session.scalar(
        select(ReplyTemplateRow).where(ReplyTemplateRow.slug == slug, ReplyTemplateRow.version == version)
    )
    old = as_template(row) if row is not None else shipped().get(slug) if version == 0 else None
    if old is None:
        raise NotFound("There is no such version.", code="template.version", remedy="Load the page again.")
    _add_version(unit, house, slug, old.name(language), dict(old.texts), old.conditions, person)


def _add_version(
    unit: Unit,
    house: House,
    slug: str,
    name: str,
    texts: Mapping[str, str],
    conditions: Conditions,
    person: PersonRow,
    *,
    seen: int | None = None,
    deleted: bool = False,
) -> ReplyTemplateRow:
    may_edit(person)
    versions = template_versions(unit.session, slug)
    newest = versions[0].version if versions else 0
    if seen is not None and seen != newest:
        raise Conflict(
            "Somebody has changed this template since you opened it.",
            code="template.changed",
            remedy="Read the newest version first; what you wrote is kept below.",
        )
    now = house.clock()
    row = ReplyTemplateRow(
        slug=slug,
        version=newest + 1,
        name=name,
        texts=dict(texts),
        conditions=asdict(conditions) | {k: list(v) for k, v in asdict(conditions).items() if k != "hours"},
        deleted=deleted,
        person_id=person.id,
        created_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    record(
        unit,
        "template.deleted" if deleted else "template.saved",
        actor=by(person),
        now=now,
        subject=f"template:{slug}",
        version=row.version,
    )
    return row


def may_edit(person: PersonRow) -> None:
    """Raise `WrongUse` for somebody who may only use templates."""
    if person.role not in LEADS:
        raise WrongUse(
            "Only leads change templates and checklists.",
            code="template.role",
            remedy="Ask a lead to change it.",
        )
