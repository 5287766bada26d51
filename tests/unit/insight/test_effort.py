"""Replies a person and day, and what an answered case costs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.insight.effort import contact_cost, output
from agent.insight.facts import CaseFact, Facts, MailFact, Whose

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)


def reply(agent: str, at: datetime, *, incoming: bool = False) -> MailFact:
    return MailFact(1, Whose(agent=agent), at, incoming)


def test_a_day_on_which_two_people_wrote_is_two_days() -> None:
    mails = [reply("1", NOON), reply("1", NOON), reply("2", NOON), reply("1", NOON + timedelta(days=1))]
    found = output([*mails, reply("1", NOON, incoming=True), reply("", NOON)], COPENHAGEN)
    assert (found.replies, found.days) == (4, 3)
    assert found.a_day == pytest.approx(4 / 3)


def test_days_are_those_of_the_company() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # after midnight in Copenhagen
    assert output([reply("1", NOON), reply("1", late)], COPENHAGEN).days == 2


def test_without_a_reply_nothing_is_told() -> None:
    assert output([], COPENHAGEN).a_day is None


def test_a_case_costs_its_work_and_its_part_of_what_genklang_costs() -> None:
    answered = [CaseFact(n, Whose(), NOON, answered=NOON, handled=timedelta(minutes=15)) for n in range(20)]
    waiting = CaseFact(99, Whose(), NOON, handled=timedelta(hours=9))
    cost = contact_cost(Facts(NOON, [*answered, waiting]), hour=40.0, running=100.0)
    assert cost.work == pytest.approx(200.0)
    assert cost.each == pytest.approx(15.0)


def test_a_few_cases_say_nothing_about_their_cost() -> None:
    cases = [CaseFact(n, Whose(), NOON, answered=NOON) for n in range(9)]
    assert contact_cost(Facts(NOON, cases), hour=40.0, running=100.0).each is None
