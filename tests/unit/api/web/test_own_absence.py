"""Everybody enters the days on which they are away themselves, and nobody else's."""

import pytest

from agent.store.tables import AuditRow, WorkProfileRow
from tests.unit.api.conftest import WebDesk

PAGE = "/absence"
DAYS: dict[str, object] = {"first": "2026-11-25", "last": "2026-11-27", "act": "save"}


def profile(desk: WebDesk) -> WorkProfileRow | None:
    with desk.house.store.reading() as session:
        return session.get(WorkProfileRow, desk.ida.id)


def test_an_agent_enters_an_absence_sees_it_and_removes_it(signed_in: WebDesk) -> None:
    assert 'href="/absence"' in signed_in.get("/").text
    assert "You have entered no absence." in signed_in.get(PAGE).text
    answer = signed_in.post(PAGE, DAYS | {"deputy": signed_in.house.other.id}, page=PAGE)
    assert answer.status_code == 303
    shown = signed_in.get(answer.headers["location"]).text
    assert "Saved." in shown
    assert "25 Nov 2026 – 27 Nov 2026" in shown
    assert "Deputy: emil" in shown

    assert signed_in.post(PAGE, {"act": "end"}, page=PAGE).status_code == 303
    assert "You have entered no absence." in signed_in.get(PAGE).text
    row = profile(signed_in)
    assert row is not None
    assert row.away_from is None


def test_the_trail_says_who_entered_it(signed_in: WebDesk) -> None:
    signed_in.post(PAGE, DAYS, page=PAGE)
    with signed_in.house.store.reading() as session:
        (event,) = session.query(AuditRow).filter_by(action="person.absence")
        assert event.actor == event.subject == f"person:{signed_in.ida.id}"
        assert (event.detail["first"], event.detail["last"]) == ("2026-11-25", "2026-11-27")


def test_only_ones_own_absence_is_changed(signed_in: WebDesk) -> None:
    other = signed_in.house.other.id
    assert signed_in.post(PAGE, DAYS | {"person_id": other, "person": other}, page=PAGE).status_code == 303
    with signed_in.house.store.reading() as session:
        assert session.get(WorkProfileRow, other) is None
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
    assert profile(signed_in) is None


def test_one_that_is_over_is_not_shown_any_more(signed_in: WebDesk) -> None:
    signed_in.post(PAGE, DAYS, page=PAGE)
    signed_in.house.clock.advance(days=3)
    signed_in.sign_in()
    assert "I am back" in signed_in.get(PAGE).text
    signed_in.house.clock.advance(days=5)
    signed_in.sign_in()
    assert "You have entered no absence." in signed_in.get(PAGE).text
