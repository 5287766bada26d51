"""Escalation: steps and causes are changed with a reason, mistakes stand beside their field, every way can be tried."""

from agent.desk.settings.rules import escalation_rules_of
from agent.store.tables import AuditRow, CompanySettingRow
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/settings/escalation"


def form(admin: WebDesk, **changed: object) -> dict[str, object]:
    return fields_of(admin.get(PAGE).text, PAGE) | {"reason": "we tried"} | changed


def test_nothing_changes_when_the_form_is_sent_as_it_stands(admin: WebDesk) -> None:
    refused = admin.post(PAGE, form(admin), page=PAGE)
    assert "Nothing was changed." in refused.text
    with admin.house.store.reading() as session:
        assert session.query(CompanySettingRow).count() == 0


def test_a_further_step_and_another_share_count_at_once_and_can_be_taken_back(admin: WebDesk) -> None:
    row = {"step.4.minutes": 90, "step.4.to": "address", "step.4.address": "Chief@Firm.example"}
    more = {"escalation.overdue.share": 80, "step.4.by.mail": "yes", "mood.negative": "yes"}
    assert admin.post(PAGE, form(admin) | row | more, page=PAGE).status_code == 303
    rules = escalation_rules_of(admin.house.house.today().company)
    assert rules.overdue_share == 0.8
    assert {str(mood) for mood in rules.moods} == {"very_negative", "negative"}
    assert [(step.to, step.by) for step in rules.steps][-1] == ("chief@firm.example", ("mail",))
    with admin.house.store.reading() as session:
        change = session.query(CompanySettingRow).one()
    admin.post(f"/settings/changes/{change.id}/undo", page=PAGE)
    assert escalation_rules_of(admin.house.house.today().company).overdue_share == 1.0


def test_a_step_is_removed(admin: WebDesk) -> None:
    assert admin.post(PAGE, form(admin) | {"step.3.remove": "yes"}, page=PAGE).status_code == 303
    assert len(escalation_rules_of(admin.house.house.today().company).steps) == 3


def test_mistakes_stand_beside_their_field_and_what_was_typed_stays(admin: WebDesk) -> None:
    wrong = form(admin) | {"step.1.minutes": "soon", "step.0.to": "address", "step.0.address": "nobody"}
    wrong = {name: value for name, value in wrong.items() if not name.startswith("step.2.by")}
    refused = admin.post(PAGE, wrong, page=PAGE)
    assert refused.status_code == 422
    for field in ("step-1-minutes", "step-0-address", "step-2-by"):
        assert f'id="f-{field}-wrong"' in refused.text
    assert 'value="soon"' in refused.text


def test_an_address_that_nobody_would_be_told_at_is_not_passed_over(admin: WebDesk) -> None:
    refused = admin.post(PAGE, form(admin) | {"step.1.address": "chief@firm.example"}, page=PAGE)
    assert refused.status_code == 422
    assert 'id="f-step-1-address-wrong"' in refused.text


def test_a_trial_says_of_each_way_what_became_of_it(admin: WebDesk) -> None:
    html = admin.post(f"{PAGE}/try", page=PAGE).text
    assert "emil@nordlys.example" in html
    assert "There is no mailbox to send it from." in html
    with admin.house.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="notices.tried").count() == 1


def test_leads_see_it_and_do_not_change_it(leading: WebDesk) -> None:
    assert "Send trial notices" not in leading.get(PAGE).text
    assert leading.post(PAGE, {"rows": 1}, page="/").status_code == 403
