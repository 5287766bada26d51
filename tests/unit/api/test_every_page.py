"""Every page opens for everybody: on a house without a single case, and on one in the middle of its work."""

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from agent.desk.feedback.surveys.links import Purpose, make_token
from agent.store.tables import (
    CustomerRow,
    FeedbackRequestRow,
    FollowUpRow,
    HeartbeatRow,
    MailboxRow,
    PersonRow,
    SurveyAnswerRow,
    SurveyLinkRow,
)
from tests.builders import PASSWORD, a_person
from tests.sample_desk import fill
from tests.unit.api.conftest import WebDesk

ROLES = ("agent", "lead", "admin")
FIELD = re.compile(r"\{(\w+)(?::\w+)?\}")
NAMES = {
    "view": "all",
    "slug": "login",
    "category": "technical",
    "kind": "company",
    "key": "all",
    "task": "draft",
    "language": "en",
    "step": "audience",
    "email": "bo@engdraget.example",
}
"""What stands in an address where it is no number."""


def addresses(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """All that can be asked for: of pages as it stands in the router, of the JSON API without what stands before it."""
    for route in routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            yield route.path
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from addresses(inner.routes)


def filled_in(path: str, tokens: dict[str, str]) -> str:
    """`path` with the number 1 for every number."""
    values = NAMES | tokens
    return FIELD.sub(lambda field: values.get(field[1], "1"), path)


def signed_in_as(desk: WebDesk, role: str) -> None:
    with desk.house.store.writing() as unit:
        a_person(
            unit.session, desk.house.clock(), email=f"new-{role}@nordlys.example", name="Nora", role=role
        )
    assert desk.sign_in(f"new-{role}@nordlys.example", PASSWORD).status_code == 303


def broken(desk: WebDesk) -> list[str]:
    """Addresses that are answered with an error of ours, or with a page without the one bar of what is leaving."""
    house = desk.house.house
    tokens = {"token": make_token(house, Purpose.SURVEY, 1)}
    found = []
    for path in sorted(set(addresses(desk.app.routes))):
        for address in (filled_in(path, tokens), f"/api/v1{filled_in(path, tokens)}"):
            answer = desk.get(address)
            if answer.status_code >= 500 and not path.endswith("readyz"):
                found.append(f"{answer.status_code} {address}")
            if '<div class="app">' in answer.text and answer.text.count('id="outbox"') != 1:
                found.append(f"no place for what is leaving: {address}")
    opt_out = f"/o/{make_token(house, Purpose.OPT_OUT, 1)}"
    shared = f"/s/{make_token(house, Purpose.OPEN, 1)}"
    widget = f"/w/{make_token(house, Purpose.WIDGET, 1)}"
    return found + [address for address in (opt_out, shared, widget) if desk.get(address).status_code >= 500]


def asked_and_answered(session: Session, desk: WebDesk) -> None:
    """One customer who was asked and was not happy, and an open link."""
    now = desk.house.clock()
    customer = session.scalars(select(CustomerRow)).first()
    assert customer is not None
    request = FeedbackRequestRow(
        customer_id=customer.id, name="case_closed", cause={"code": "trigger", "facts": {"trigger": "case_closed"}},
        survey="csat", window="case", importance=1, wanted_from=now, wanted_until=now, state="answered",
        reason={"code": "trigger", "facts": {"trigger": "case_closed"}}, created_at=now, closed_at=now,
    )  # fmt: skip
    link = SurveyLinkRow(name="Counter", survey="csat", kind="qr", created_at=now)
    session.add_all([request, link])
    session.flush()
    answer = SurveyAnswerRow(
        request_id=request.id, customer_id=customer.id, survey="csat", answers={"score": 1}, score=1.0,
        comment="Too slow.", redacted_comment="Too slow.", started_at=now, completed_at=now, created_at=now,
    )  # fmt: skip
    session.add(answer)
    session.flush()
    session.add(FollowUpRow(answer_id=answer.id, customer_id=customer.id, due_at=now, created_at=now))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_an_empty_house_breaks(desk: WebDesk, role: str) -> None:
    signed_in_as(desk, role)
    assert broken(desk) == []


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_a_house_at_work_breaks(desk: WebDesk, role: str) -> None:
    with desk.house.store.writing() as unit:
        unit.session.execute(delete(PersonRow))
        unit.session.execute(delete(MailboxRow))
        unit.session.execute(delete(HeartbeatRow))
        unit.session.flush()
        fill(unit.session, desk.house.clock())
        asked_and_answered(unit.session, desk)
    signed_in_as(desk, role)
    assert broken(desk) == []
