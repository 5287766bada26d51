"""Ask or not: postponed where that keeps its sense, refused with a reason where it does not."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.company import Company
from agent.errors import SettingError
from agent.feedback.history import Channel
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import load_rules
from agent.feedback.timing.deciding import Ask, NotAsked, Wish, choose, decide, decide_event, decide_next_step
from tests.unit.feedback.scenes import (
    LIMITS,
    RULES,
    TUESDAY,
    a_complaint,
    an_event,
    ask,
    asked,
    at,
    days,
    history,
    why_not,
)

MEETING = an_event("meeting")
WISH = Wish(
    name="ours",
    reason=Reason(Code.CAMPAIGN),
    wanted_from=TUESDAY,
    wanted_until=TUESDAY + days(7),
    window="prompt",
    survey="csat",
    importance=10,
)
BOTH = frozenset({Channel.EMAIL, Channel.SMS})


def test_a_decision_to_ask_says_when_over_what_and_why() -> None:
    decision = ask(decide_event(MEETING, history(MEETING, reachable=BOTH), TUESDAY, RULES))
    assert decision == Ask(
        when=TUESDAY + days(2),
        channel=Channel.EMAIL,
        survey="csat",
        form="survey",
        style="casual",
        reason=Reason(Code.TRIGGER, {"trigger": "meeting"}),
        wish="meeting",
        importance=LIMITS.importance["normal"],
        then=(Channel.SMS,),
    )


def test_a_moment_at_night_or_at_the_weekend_moves_to_the_next_open_hour() -> None:
    friday = an_event("case_closed", at("2026-11-20T17:00"))
    assert ask(decide_event(friday, history(friday), friday.at, RULES)).when == at("2026-11-23T08:00")


def test_what_was_due_over_christmas_is_asked_after_it() -> None:
    """The closed days do not use up the time in which a request makes sense."""
    solved = an_event("case_closed", at("2026-12-23T17:30"), first_contact=True)
    late = replace(solved, at=at("2026-12-23T18:30"))
    assert ask(decide_event(solved, history(solved), solved.at, RULES)).when == solved.at
    planned = ask(decide_event(late, history(late), late.at, RULES)).when
    assert planned == at("2026-12-28T08:00")
    assert ask(decide_event(late, history(late), planned, RULES)).when == planned


@pytest.mark.parametrize(("ago", "moved"), [(24, True), (20, False)])
def test_the_cap_postpones_within_the_time_that_makes_sense(ago: int, moved: bool) -> None:
    """A review is wanted after 72 hours, at the latest after 7 days: six days of waiting fit, ten do not."""
    bought = an_event("purchase")
    decision = decide_event(bought, history(bought, asked=[asked(TUESDAY - days(ago))]), TUESDAY, RULES)
    if moved:
        assert ask(decision).when == TUESDAY + days(6)
    else:
        assert why_not(decision) is Code.ASKED_LATELY


def test_a_complaint_opened_after_planning_stops_the_request() -> None:
    planned = ask(decide_event(MEETING, history(MEETING), TUESDAY, RULES)).when
    now_open = history(MEETING, cases=[a_complaint(TUESDAY + days(1))])
    assert why_not(decide_event(MEETING, now_open, planned, RULES)) is Code.OPEN_COMPLAINT


def test_a_look_that_comes_much_too_late_does_not_ask() -> None:
    solved = an_event("case_closed", first_contact=True)
    soon, late = TUESDAY + timedelta(hours=20), TUESDAY + timedelta(hours=40)
    assert ask(decide_event(solved, history(solved), soon, RULES)).when >= soon
    assert why_not(decide_event(solved, history(solved), late, RULES)) is Code.TOO_LATE


def test_an_unmet_condition_is_looked_at_again_as_long_as_there_is_time() -> None:
    closed = an_event("case_closed", technical=True)
    first = decide_event(closed, history(closed), TUESDAY, RULES)
    assert isinstance(first, NotAsked)
    assert (first.reason.code, first.again_at) == (Code.CONDITION, TUESDAY + days(1))
    end = decide_event(closed, history(closed), TUESDAY + days(9), RULES)
    assert isinstance(end, NotAsked)
    assert (end.reason.code, end.again_at) == (Code.TOO_LATE, None)


def test_an_escalated_complaint_is_rated_after_a_week_and_a_personal_follow_up() -> None:
    case = a_complaint(TUESDAY - days(3), TUESDAY, id="17", sentiment="very_negative")
    closed = an_event("case_closed", case="17", escalated=True)
    week = TUESDAY + days(7)
    assert why_not(decide_event(closed, history(closed, cases=[case]), week, RULES)) is Code.UNHAPPY
    called = an_event("personal_follow_up", TUESDAY + days(2))
    assert ask(decide_event(closed, history(closed, called, cases=[case]), week, RULES)).when == week
    bought = an_event("purchase", TUESDAY + days(4))
    other = decide_event(bought, history(closed, called, bought, cases=[case]), week, RULES)
    assert why_not(other) is Code.RECENT_COMPLAINT, "anything else waits for two weeks"


def test_sms_keeps_to_eight_and_twenty_in_the_recipients_zone() -> None:
    rules = load_rules(
        Company(
            overrides={"feedback": {"limits": {"windows": {"prompt": {"opens": "06:00", "closes": "23:00"}}}}}
        )
    )
    sydney = ZoneInfo("Australia/Sydney")
    late = at("2026-11-17T21:00", sydney)
    past = history(reachable=frozenset({Channel.SMS}), zone=sydney, country="AU")
    wish = replace(WISH, wanted_from=late, wanted_until=late + days(2))
    assert ask(decide(wish, past, late, rules)).when == at("2026-11-18T08:00", sydney)


def test_a_window_in_which_a_channel_never_sends_is_refused_when_the_rules_load() -> None:
    window = {"prompt": {"opens": "05:00", "closes": "06:30"}}
    with pytest.raises(SettingError, match=r"windows\.prompt"):
        load_rules(Company(overrides={"feedback": {"limits": {"windows": window}}}))


def test_tables_that_nobody_reads_are_refused() -> None:
    with pytest.raises(SettingError, match=r"feedback\.limit "):
        load_rules(Company(overrides={"feedback": {"limit": {}}}))


class TestFollowUp:
    """The second message of the same request."""

    SENT = asked(TUESDAY, "mine")

    def next(self, now: datetime, *sent: object, **more: object) -> object:
        past = history(asked=sent, reachable=BOTH, **more)  # type: ignore[arg-type]
        return decide_next_step(WISH, sent, past, now, RULES)  # type: ignore[arg-type]

    def test_goes_over_the_next_channel_after_three_days(self) -> None:
        decision = self.next(TUESDAY + days(1), self.SENT)
        assert isinstance(decision, Ask)
        assert (decision.channel, decision.when, decision.then) == (Channel.SMS, TUESDAY + days(3), ())

    def test_is_held_back_like_the_first(self) -> None:
        decision = self.next(TUESDAY + days(3), self.SENT, cases=[a_complaint(TUESDAY + days(1))])
        assert isinstance(decision, NotAsked)
        assert decision.reason.code is Code.OPEN_COMPLAINT

    def test_ends_with_an_answer_or_with_the_last_message(self) -> None:
        assert self.next(TUESDAY + days(3), replace(self.SENT, answered_at=TUESDAY + days(1))) is None
        second = asked(TUESDAY + days(3), "mine", Channel.SMS)
        assert self.next(TUESDAY + days(6), self.SENT, second) is None

    def test_does_not_come_when_it_was_forgotten_for_long(self) -> None:
        decision = self.next(TUESDAY + days(10), self.SENT)
        assert isinstance(decision, NotAsked)
        assert decision.reason.code is Code.TOO_LATE

    def test_without_a_first_is_the_first(self) -> None:
        assert isinstance(self.next(TUESDAY), Ask)


class TestChoosing:
    """Important events beat routine ones, whichever comes first."""

    ROUTINE = ask(decide(replace(WISH, name="routine", importance=0), history(), TUESDAY, RULES))
    IMPORTANT = replace(ROUTINE, wish="important", importance=60, when=TUESDAY + days(6))

    def test_the_routine_yields_to_the_important(self) -> None:
        yields, stays = choose([self.ROUTINE, self.IMPORTANT], LIMITS.cap_business)
        assert stays is self.IMPORTANT
        assert isinstance(yields, NotAsked)
        assert yields.reason == Reason(Code.YIELDS, {"trigger": "important"})

    def test_of_equals_the_earlier_stays(self) -> None:
        later = replace(self.ROUTINE, wish="later", when=TUESDAY + days(1))
        yields, stays = choose([later, self.ROUTINE], LIMITS.cap_business)
        assert stays is self.ROUTINE
        assert isinstance(yields, NotAsked)

    def test_what_is_far_enough_apart_stays(self) -> None:
        far = replace(self.IMPORTANT, when=self.ROUTINE.when + LIMITS.cap_business.gap)
        assert choose([self.ROUTINE, far], LIMITS.cap_business) == [self.ROUTINE, far]

    def test_refusals_pass_through(self) -> None:
        refusal = NotAsked(Reason(Code.OPTED_OUT))
        assert choose([refusal, self.ROUTINE], LIMITS.cap_business) == [refusal, self.ROUTINE]
