"""An arm used for everyone becomes the company's setting: on record, as the arm had it, and taken back without a trace."""

from typing import Any

import pytest

from agent.desk.feedback.experiments import adopting, running
from agent.desk.feedback.experiments.adopting import taken_back_at
from agent.desk.feedback.sending.letters import texts_of
from agent.desk.settings.changing import take_back
from agent.desk.settings.live import changed_company
from agent.errors import Conflict, NotAllowed, WrongUse
from agent.feedback.experiments.experiment import Arm
from agent.feedback.history import Channel
from agent.feedback.rules import Rules, load_rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.feedback.timing.segments import profile_of
from agent.feedback.timing.triggers import Trigger
from agent.store.tables import AuditRow, CompanySettingRow, ExperimentRow, PersonRow, VariantRow
from tests.house import TestHouse
from tests.unit.desk.feedback.experiments.scenes import declare
from tests.unit.feedback.scenes import TUESDAY, history

DAYS = Arm("three days", 1, {"delay_hours": 72, "window": "planned"})


def _adopt(home: TestHouse, experiment: int, reason: str = "More answers") -> None:
    with home.store.writing() as unit:
        boss = unit.session.get_one(PersonRow, home.other.id)
        boss.role = "admin"
        arm = unit.session.query(VariantRow).filter_by(experiment_id=experiment, holdout=False).one()
        adopting.adopt(
            unit, home.house, experiment_id=experiment, variant_id=arm.id, reason=reason, person=boss
        )


def _take_back(home: TestHouse) -> None:
    with home.store.writing() as unit:
        change = unit.session.query(CompanySettingRow).order_by(CompanySettingRow.id.desc()).first()
        assert change is not None
        boss = unit.session.get_one(PersonRow, home.other.id)
        take_back(unit, home.house, change_id=change.id, person=boss)


def _rules(home: TestHouse) -> Rules:
    with home.store.reading() as session:
        return load_rules(changed_company(session, home.house.company))


def _rule(home: TestHouse, name: str) -> Trigger | None:
    return next((one for one in _rules(home).triggers if one.name == name), None)


def _letters(home: TestHouse, language: str) -> Any:
    with home.store.reading() as session:
        overrides = changed_company(session, home.house.company).overrides
    return texts_of(language, overrides.get("feedback", {}).get("letters"))


def test_leads_try_things_out_and_administrators_set_them_for_everyone(home: TestHouse) -> None:
    experiment = declare(home, DAYS, trigger="goal_reached")
    with home.store.writing() as unit:
        arm = unit.session.query(VariantRow).filter_by(holdout=False).one()
        with pytest.raises(NotAllowed):
            adopting.adopt(
                unit, home.house, experiment_id=experiment, variant_id=arm.id, reason="x", person=home.other
            )


def test_another_moment_becomes_the_rules_and_is_on_record(home: TestHouse) -> None:
    experiment, before = declare(home, DAYS, trigger="goal_reached"), _rule(home, "goal_reached")
    _adopt(home, experiment)

    changed = _rule(home, "goal_reached")
    assert before is not None
    assert changed is not None
    assert (changed.wanted_from.days, changed.window) == (3, "planned")
    assert changed.wanted_until - changed.wanted_from == before.wanted_until - before.wanted_from
    with home.store.reading() as session:
        row = session.get_one(ExperimentRow, experiment)
        assert (row.state, row.decision, row.ended_at) == ("adopted", "More answers", home.clock())
        setting = session.query(CompanySettingRow).one()
        assert (setting.reason, setting.person_id) == ("More answers", home.other.id)
        assert setting.effect == {"experiment": experiment, "variant": "three days"}
        assert setting.before["feedback.triggers.goal_reached.from"] == {"hours": 24}
        assert setting.before["feedback.triggers.goal_reached.window"] == "prompt"
        acts = {one.action for one in session.query(AuditRow)}
        assert {"experiment.started", "settings.changed", "experiment.adopted"} <= acts


def test_taken_back_everything_is_as_before_and_may_be_decided_anew(home: TestHouse) -> None:
    experiment, before = declare(home, DAYS, trigger="goal_reached"), _rule(home, "goal_reached")
    _adopt(home, experiment)
    with pytest.raises(Conflict):
        _adopt(home, experiment)
    _take_back(home)

    assert _rule(home, "goal_reached") == before
    with home.store.reading() as session:
        row = session.get_one(ExperimentRow, experiment)
        assert taken_back_at(session, row) == home.clock()
        assert session.query(AuditRow).filter_by(action="settings.undone").count() == 1
    _adopt(home, experiment, "On second thoughts")
    with home.store.reading() as session:
        assert taken_back_at(session, session.get_one(ExperimentRow, experiment)) is None


def test_a_reason_is_asked_for(home: TestHouse) -> None:
    experiment = declare(home, DAYS, trigger="goal_reached")
    with pytest.raises(WrongUse):
        _adopt(home, experiment, reason=" ")
    with home.store.reading() as session:
        assert session.get_one(ExperimentRow, experiment).state == "running"


@pytest.mark.parametrize("rule", ["meeting", "nps"])
def test_other_words_are_the_rules_own_and_no_other_rules(home: TestHouse, rule: str) -> None:
    words = {part: {code: f"{part} in {code}" for code in LANGUAGES} for part in ("subject", "lead")}
    _adopt(home, declare(home, Arm("ours", 1, words), trigger=rule, about="wording"))
    for code in LANGUAGES:
        letters, shipped = _letters(home, code), texts_of(code)
        assert (letters["subject"][rule], letters["lead"][rule]) == (f"subject in {code}", f"lead in {code}")
        assert letters["subject"]["csat"] == shipped["subject"]["csat"]
        assert letters["lead"]["goal_reached"] == shipped["lead"]["goal_reached"]


def test_other_hours_of_the_regular_survey(home: TestHouse) -> None:
    _adopt(home, declare(home, Arm("any day", 1, {"window": "prompt"}), trigger="nps"))
    assert _rules(home).limits.nps.window == "prompt"


def test_other_channels_come_before_what_the_segments_say(home: TestHouse) -> None:
    change = {"channels": ["sms"], "style": "brief"}
    _adopt(home, declare(home, Arm("text message", 1, change), about="personalisation"))
    rules = _rules(home)
    profile = profile_of(history(), TUESDAY, rules.segments, rules.limits)
    assert (profile.channels, profile.style) == ((Channel.SMS,), "brief")


def test_another_rule_asks_the_same_and_the_compared_one_no_more(home: TestHouse) -> None:
    _adopt(home, declare(home, Arm("onboarded", 1, {"after": "onboarding_done"}), trigger="goal_reached"))
    assert _rule(home, "goal_reached") is None
    other = _rule(home, "onboarding_done")
    assert other is not None
    assert other.survey == "csat"
    _take_back(home)
    assert _rule(home, "goal_reached") is not None


def test_after_a_rule_instead_of_by_the_calendar_ends_the_calendar(home: TestHouse) -> None:
    _adopt(home, declare(home, Arm("at the goal", 1, {"after": "goal_reached"}), trigger="nps"))
    rule, limits = _rule(home, "goal_reached"), _rules(home).limits
    assert rule is not None
    assert rule.survey == "nps"
    assert (limits.nps.mode, limits.nps.wakes) == ("event", frozenset())


def test_what_was_stopped_by_a_guard_is_not_for_everyone(home: TestHouse) -> None:
    experiment = declare(home, DAYS, trigger="goal_reached")
    with home.store.writing() as unit:
        arm = running.variants_of(unit.session, experiment)[1]
        arm.stopped_at, arm.stopped_for = home.clock(), "opt_outs"
    with pytest.raises(Conflict):
        _adopt(home, experiment)
