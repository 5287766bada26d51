"""Outcomes of a company's own for follow-ups: named, offered, taken back, and read where a follow-up ended so."""

from datetime import timedelta

from agent.desk.feedback.loop.loop_rules import follow_up_rules_of
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/settings/follow-ups"
PLACE = "feedback.follow_ups.outcomes"


def typed(desk: WebDesk, **changes: str) -> dict[str, object]:
    return {**fields_of(desk.get(PAGE).text, PAGE), "reason": "we visit people", **changes}


def test_an_outcome_of_ones_own_is_offered_from_then_on(admin: WebDesk) -> None:
    fields = typed(admin) | {
        f"{PLACE}.new.name": "Besøgt på stedet", f"{PLACE}.new.talked": "yes", f"{PLACE}.new.ask_again.days": "10",
    }  # fmt: skip
    assert admin.post(PAGE, fields, page=PAGE).status_code == 303
    rules = follow_up_rules_of(admin.house.house.today().company)
    own = rules.outcome("besgt_pa_stedet")
    assert (own.title, own.talked, own.ask_again) == ("Besøgt på stedet", True, timedelta(days=10))
    assert "Besøgt på stedet" in admin.get(PAGE).text


def test_a_shipped_outcome_is_renamed_and_another_no_longer_offered(admin: WebDesk) -> None:
    fields = typed(admin) | {f"{PLACE}.solved.name": "All fine", f"{PLACE}.lost.offered": ""}
    assert admin.post(PAGE, fields, page=PAGE).status_code == 303
    rules = follow_up_rules_of(admin.house.house.today().company)
    assert rules.outcomes["solved"].title == "All fine"
    assert "lost" not in {one.name for one in rules.offered}


def test_what_cannot_be_meant_is_said_beside_its_field(admin: WebDesk) -> None:
    fields = typed(admin) | {f"{PLACE}.solved.ask_again.days": "soon"}
    answer = admin.post(PAGE, fields, page=PAGE)
    assert answer.status_code == 422
    assert "Write a whole number from 0 to 365." in answer.text


def test_some_way_for_a_talk_to_end_is_always_offered(admin: WebDesk) -> None:
    names = follow_up_rules_of(admin.house.house.company).outcomes
    fields = typed(admin) | {f"{PLACE}.{name}.offered": "" for name in names}
    answer = admin.post(PAGE, fields, page=PAGE)
    assert answer.status_code == 422
    assert "offers no way in which a talk can end" in answer.text
