"""Everybody plans the days on which they are away themselves, and nobody else's."""

from datetime import timedelta

import pytest

from agent.store.tables import AbsenceRow, AuditRow
from tests.unit.api.conftest import WebDesk

PAGE = "/absence"
DAYS: dict[str, object] = {"first": "2026-11-25", "last": "2026-11-27", "act": "save"}


LATER: dict[str, object] = {"first": "2026-12-21", "last": "2026-12-21", "act": "save"}


def entered(desk: WebDesk) -> list[AbsenceRow]:
    with desk.house.store.reading() as session:
        return session.query(AbsenceRow).order_by(AbsenceRow.away_from).all()


def test_an_agent_plans_two_absences_sees_both_and_removes_one(signed_in: WebDesk) -> None:
    assert 'href="/absence"' in signed_in.get("/").text
    assert "You have entered no absence." in signed_in.get(PAGE).text
    signed_in.post(PAGE, LATER, page=PAGE)
    answer = signed_in.post(PAGE, DAYS | {"deputy": signed_in.house.other.id}, page=PAGE)
    assert answer.status_code == 303
    shown = signed_in.get(answer.headers["location"]).text
    assert "Saved." in shown
    assert "Deputy: emil" in shown
    assert shown.index("25 Nov 2026 – 27 Nov 2026") < shown.index(">21 Dec 2026<"), "soonest first"

    soon, later = entered(signed_in)
    assert signed_in.post(PAGE, {"remove": soon.id}, page=PAGE).status_code == 303
    assert [row.id for row in entered(signed_in)] == [later.id]
    assert "25 Nov 2026" not in signed_in.get(PAGE).text


@pytest.mark.parametrize("named", ["4711", "-1", "first", "99999999999999999999"])
def test_what_is_not_there_cannot_be_removed(signed_in: WebDesk, named: str) -> None:
    answer = signed_in.post(PAGE, {"remove": named}, page=PAGE)
    assert answer.status_code == 404
    assert "This absence is not entered any more." in answer.text


def test_a_colleagues_absence_is_not_removed(signed_in: WebDesk) -> None:
    with signed_in.house.store.writing() as unit:
        other, now = signed_in.house.other, signed_in.house.clock()
        unit.session.add(
            AbsenceRow(
                person_id=other.id, away_from=now, away_until=now + timedelta(days=2), set_by_id=other.id
            )
        )
    (row,) = entered(signed_in)
    assert signed_in.post(PAGE, {"remove": row.id}, page=PAGE).status_code == 404
    assert len(entered(signed_in)) == 1


def test_the_trail_says_who_entered_it(signed_in: WebDesk) -> None:
    signed_in.post(PAGE, DAYS, page=PAGE)
    with signed_in.house.store.reading() as session:
        (event,) = session.query(AuditRow).filter_by(action="person.absence")
        assert event.actor == event.subject == f"person:{signed_in.ida.id}"
        assert (event.detail["first"], event.detail["last"]) == ("2026-11-25", "2026-11-27")


def test_only_ones_own_absence_is_changed(signed_in: WebDesk) -> None:
    other = signed_in.house.other.id
    assert signed_in.post(PAGE, DAYS | {"person_id": other, "person": other}, page=PAGE).status_code == 303
    assert [row.person_id for row in entered(signed_in)] == [signed_in.ida.id]
    assert signed_in.post(f"/settings/work/{other}/absence", DAYS, page=PAGE).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"last": "2026-11-20"}, "The last day is before the first"),
        ({"first": "soon"}, "Choose a day, written as 2026-12-24."),
        ({"first": "2026-11-01", "last": "2026-11-02"}, "These days are over."),
        ({"deputy": "self"}, "Nobody is their own deputy."),
    ],
)
def test_days_or_a_deputy_that_cannot_be_meant_are_refused_and_what_was_typed_stays(
    signed_in: WebDesk, wrong: dict[str, object], sentence: str
) -> None:
    if "deputy" in wrong:
        wrong = {"deputy": str(signed_in.ida.id)}
    answer = signed_in.post(PAGE, DAYS | wrong, page=PAGE)
    assert 400 <= answer.status_code < 500
    assert sentence in answer.text
    assert f'value="{(DAYS | wrong)["last"]}"' in answer.text
    assert entered(signed_in) == []


def test_one_that_is_over_is_not_shown_any_more(signed_in: WebDesk) -> None:
    signed_in.post(PAGE, DAYS, page=PAGE)
    signed_in.house.clock.advance(days=3)
    signed_in.sign_in()
    assert "I am back" in signed_in.get(PAGE).text
    signed_in.house.clock.advance(days=5)
    signed_in.sign_in()
    assert "You have entered no absence." in signed_in.get(PAGE).text
