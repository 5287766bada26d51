"""What stands around every page of the settings: its sections, who may see which, and forms whose fields vary."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.desk.settings.changing import DECIDERS, MAX_REASON, problem_of
from agent.desk.settings.form import Problems
from agent.desk.settings.start import waiting_steps
from agent.errors import GenklangError, NotAllowed
from api.dependencies import Desk
from api.errors import status_of
from api.web.language import marked
from api.web.pages import render
from api.web.shell import shell

LEADS = ("lead", "admin")


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the settings: its address, name, what it is for, and the roles that see it."""

    path: str
    name: str
    about: str
    icon: str
    roles: Sequence[str] = LEADS


SECTIONS = (
    Section(
        "/settings/company", marked("Company"), marked("Name, language, country and time zone"), "building"
    ),
    Section(
        "/settings/mailboxes", marked("Mailboxes"), marked("Where mail is read and answered from"), "mail"
    ),
    Section(
        "/settings/people",
        marked("People and roles"),
        marked("Who works here, and what they may do"),
        "users-round",
    ),
    Section(
        "/settings/work",
        marked("Who takes what"),
        marked("Languages, categories, room and absences"),
        "user-round-check",
    ),
    Section("/settings/categories", marked("Categories"), marked("What mail is sorted into"), "tags"),
    Section(
        "/settings/priority",
        marked("Priority and answer times"),
        marked("Points, levels, targets and working hours"),
        "gauge",
    ),
    Section(
        "/settings/hours",
        marked("Hours and teams"),
        marked("Working hours, days off, and who looks after what"),
        "clock",
    ),
    Section(
        "/settings/escalation",
        marked("Escalation"),
        marked("When a lead is asked, and who is told next"),
        "flame",
    ),
    Section(
        "/settings/follow-ups",
        marked("Follow-ups"),
        marked("By when somebody calls an unhappy customer, and how that may end"),
        "phone",
    ),
    Section("/settings/prompts", marked("Prompts"), marked("What the language model is told"), "scroll-text"),
    Section(
        "/settings/engine",
        marked("Engine and costs"),
        marked("Local or a language model, its limits, and what was spent"),
        "cpu",
    ),
    Section(
        "/settings/reports", marked("Reports"), marked("Who gets which report by mail"), "file-chart-column"
    ),
    Section(
        "/settings/tokens", marked("API tokens"), marked("Keys for programs that use the API"), "key-round"
    ),
    Section("/settings/audit", marked("Audit trail"), marked("Who did what, and when"), "shield-check"),
)


@dataclass(slots=True)
class Typed:
    """A form as it was sent or as it stands: values by field, sentences by field, and one about the whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    problem: GenklangError | None = None

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def status(self) -> int:
        if self.problem is not None:
            return status_of(self.problem)
        return 422 if self.problems else 200


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form; of one that was sent twice the last. Files are left out."""
    return {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]


def may_see(desk: Desk, roles: Sequence[str] = LEADS) -> None:
    """Raise `NotAllowed` for a page that is not for this person's role."""
    if desk.person.role not in roles:
        raise NotAllowed(
            "The settings are for leads and administrators."
            if "lead" in roles
            else "This part of the settings is for administrators.",
            code="settings.role",
            remedy="Ask an administrator if something should be changed.",
        )


def digest_of(values: Mapping[str, Any]) -> str:
    """Tells whether what is saved is what was looked at."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def settings_page(
    desk: Desk, session: Session, template: str, values: Mapping[str, Any], *, form: Typed | None = None
) -> Response:
    """A page of the settings; its status is that of the form on it."""
    typed = form or Typed()
    shared = {
        "shell": shell(session, desk),
        "sections": [one for one in SECTIONS if desk.person.role in one.roles],
        "decides": desk.person.role in DECIDERS,
        "misfit": problem_of(desk.house),
        "most_reason": MAX_REASON,
        "typed": typed,
        "first": waiting_steps(session, desk.house, desk.person),
    }
    return render(desk.request, template, {**shared, **values}, status=typed.status)
