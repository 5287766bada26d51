"""Reports leave once for each address, on a working morning, and to nobody unasked."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent.desk.house import House
from agent.desk.reporting import recipients, send_again, send_reports
from agent.errors import SettingError, WrongUse
from agent.store.tables import AuditRow, OutboxRow
from tests.builders import a_person
from tests.house import build_test_house

MONDAY = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)  # 08:00 in Copenhagen
SUNDAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build_test_house(tmp_path).house


def at(house: House, now: datetime, **reports: list[str]) -> House:
    overrides: dict[str, Any] = {**house.company.overrides, "reports": reports}
    return replace(house, clock=lambda: now, company=replace(house.company, overrides=overrides))


def letters(house: House) -> list[OutboxRow]:
    with house.store.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def test_nobody_gets_a_report_unasked(house: House) -> None:
    send_reports(at(house, MONDAY))
    assert letters(house) == []


def test_each_address_gets_each_report_once(house: House) -> None:
    asked = at(
        house,
        MONDAY,
        monthly=["boss@nordlys.example", "Board@nordlys.example"],
        weekly=["lead@nordlys.example"],
    )
    send_reports(asked)
    send_reports(asked)
    found = letters(house)
    assert sorted(row.recipients[0] for row in found) == [
        "board@nordlys.example", "boss@nordlys.example", "lead@nordlys.example",
    ]  # fmt: skip
    assert {row.kind for row in found} == {"summary"}
    assert all(row.case_id is None for row in found)
    with house.store.reading() as session:
        subjects = session.scalars(select(AuditRow.subject).where(AuditRow.action == "report.sent")).all()
    assert sorted(subjects) == ["monthly:2026-10-31", "weekly:2026-11-01"]


def test_an_address_that_is_added_later_still_gets_it(house: House) -> None:
    send_reports(at(house, MONDAY, monthly=["boss@nordlys.example"]))
    send_reports(at(house, MONDAY, monthly=["boss@nordlys.example", "board@nordlys.example"]))
    assert [row.recipients[0] for row in letters(house)] == ["boss@nordlys.example", "board@nordlys.example"]


def test_it_waits_for_a_working_morning(house: House) -> None:
    send_reports(at(house, SUNDAY, monthly=["boss@nordlys.example"]))
    send_reports(at(house, MONDAY.replace(hour=5), monthly=["boss@nordlys.example"]))
    assert letters(house) == []


def test_on_monday_the_day_is_the_friday_before(house: House) -> None:
    send_reports(at(house, MONDAY, daily=["lead@nordlys.example"]))
    with house.store.reading() as session:
        (subject,) = session.scalars(select(AuditRow.subject).where(AuditRow.action == "report.sent")).all()
    assert subject == "daily:2026-10-30"


def test_only_a_report_is_sent_again_as_a_report(house: House) -> None:
    send_reports(at(house, MONDAY, monthly=["boss@nordlys.example"]))
    (letter,) = letters(house)
    with house.store.writing() as unit:
        row = unit.session.get_one(OutboxRow, letter.id)
        row.state = "failed"
        person = a_person(unit.session, MONDAY, email="root@nordlys.example", role="admin")
        send_again(unit, house, outbox_id=letter.id, person=person)
        assert row.state == "waiting"
        row.kind, row.state = "reply", "failed"
        with pytest.raises(WrongUse, match="no report"):
            send_again(unit, house, outbox_id=letter.id, person=person)


def test_the_mail_has_words_and_a_page_and_is_marked_as_automatic(house: House) -> None:
    send_reports(at(house, MONDAY, quarterly=["boss@nordlys.example"], monthly=["boss@nordlys.example"]))
    with house.store.reading() as session:
        raw = session.scalars(select(OutboxRow.content)).all()
    mails = [message_from_bytes(one, policy=policy.default) for one in raw]
    assert mails
    for mail in mails:
        assert mail["Auto-Submitted"]
        page = mail.get_body(("html",))
        assert page is not None
        assert "<table" in page.get_content()


@pytest.mark.parametrize(
    "table", [{"hourly": []}, {"monthly": "boss@nordlys.example"}, {"monthly": ["boss"]}]
)
def test_settings_that_cannot_be_meant_are_refused(house: House, table: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match="reports"):
        recipients(replace(house.company, overrides={"reports": table}))
