"""Points, levels and categories: what would change is seen first, each change has a reason and a way back."""

import re

import pytest

from agent.cases.case import Priority
from agent.desk.settings.rules import rules_of
from agent.store.tables import AuditRow, CompanySettingRow
from agent.store.values import dump
from tests.builders import a_case, a_message, a_triage
from tests.house import CALM
from tests.unit.api.conftest import WebDesk

PRIORITY = "/settings/priority"
CRITICAL = "priority.levels.critical"


def fields_of(html: str, action: str) -> dict[str, object]:
    """The form as the browser would send it back."""
    form = html.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = value[1]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    texts = re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL)
    return found | dict(texts)


def change_priority(desk: WebDesk, reason: str = "we promise more", **changed: object) -> None:
    """Look at what would change, then save it."""
    fields = fields_of(desk.get(PRIORITY).text, PRIORITY) | changed
    looked = desk.post(PRIORITY, fields | {"act": "look"}, page=PRIORITY)
    assert looked.status_code == 200, looked.text
    seen = fields_of(looked.text, PRIORITY)
    saved = desk.post(PRIORITY, seen | {"act": "save", "reason": reason}, page=PRIORITY)
    assert saved.status_code == 303, saved.text


def only_change(desk: WebDesk) -> CompanySettingRow:
    with desk.house.store.reading() as session:
        return session.query(CompanySettingRow).one()


def test_a_change_counts_at_once_and_can_be_taken_back(admin: WebDesk) -> None:
    change_priority(
        admin, **{CRITICAL: 9, "priority.targets.medium": 240, "priority.targets.medium.unit": "minutes"}
    )
    rules, _ = rules_of(admin.house.house.today().company)
    assert rules.levels[Priority.CRITICAL] == 9
    assert (rules.targets[Priority.MEDIUM].minutes, rules.targets[Priority.MEDIUM].business_days) == (240, 0)
    html = admin.get(PRIORITY).text
    assert "we promise more" in html
    assert "<del>1 business days</del>" in html

    row = only_change(admin)
    assert set(row.values) == {CRITICAL, "priority.targets.medium"}
    assert admin.post(f"/settings/changes/{row.id}/undo", page=PRIORITY).status_code == 303
    rules, _ = rules_of(admin.house.house.today().company)
    assert rules.levels[Priority.CRITICAL] == 11
    with admin.house.store.reading() as session:
        actions = [one.action for one in session.query(AuditRow) if one.action.startswith("settings")]
    assert actions == ["settings.changed", "settings.undone"]


def test_what_would_change_is_shown_before_anything_does(admin: WebDesk) -> None:
    now = admin.house.clock()
    with admin.house.store.writing() as unit:
        case = a_case(unit.session, now, admin.mailbox)
        message = a_message(unit.session, now, case)
        a_triage(unit.session, now, message).reading = dump(CALM)
    fields = fields_of(admin.get(PRIORITY).text, PRIORITY) | {"priority.levels.medium": 0}
    html = admin.post(PRIORITY, fields | {"act": "look"}, page=PRIORITY).text
    assert "1 of the 1 case of the last 90 days would have another level" in html
    assert f'href="/cases/{case.id}"' in html
    with admin.house.store.reading() as session:
        assert session.query(CompanySettingRow).count() == 0


def test_nothing_is_saved_that_was_not_looked_at(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PRIORITY).text, PRIORITY) | {CRITICAL: 12, "act": "save", "reason": "now"}
    answer = admin.post(PRIORITY, fields, page=PRIORITY)
    assert "What would change" in answer.text
    with admin.house.store.reading() as session:
        assert session.query(CompanySettingRow).count() == 0


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PRIORITY).text, PRIORITY) | {
        CRITICAL: "many",
        "priority.levels.medium": 8,
        "priority.hours.closes": "07:00",
        "priority.points.business_impact": 5,
    }
    answer = admin.post(PRIORITY, fields | {"act": "look"}, page=PRIORITY)
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert 'href="#f-priority-levels-critical"' in answer.text
    assert "3 fields need another look" in answer.text
    assert re.search(r'name="priority.points.business_impact" value="5"', answer.text)


def test_without_a_reason_nothing_is_saved(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PRIORITY).text, PRIORITY) | {CRITICAL: 12}
    seen = fields_of(admin.post(PRIORITY, fields | {"act": "look"}, page=PRIORITY).text, PRIORITY)
    answer = admin.post(PRIORITY, seen | {"act": "save", "reason": " "}, page=PRIORITY)
    assert answer.status_code == 422
    assert "needs a reason" in answer.text


def test_two_administrators_do_not_overwrite_each_other(admin: WebDesk) -> None:
    seen = fields_of(admin.get(PRIORITY).text, PRIORITY) | {CRITICAL: 12}
    seen = fields_of(admin.post(PRIORITY, seen | {"act": "look"}, page=PRIORITY).text, PRIORITY)
    change_priority(admin, **{"priority.points.complexity": 2})
    answer = admin.post(
        PRIORITY, seen | {"act": "save", "reason": "late", "seen": seen["seen"]}, page=PRIORITY
    )
    assert answer.status_code in (200, 409)
    assert only_change(admin).values == {"priority.points.complexity": 2}


def test_leads_see_what_holds_and_change_nothing(leading: WebDesk) -> None:
    html = leading.get(PRIORITY).text
    assert '<fieldset class="set-all" disabled>' in html
    assert "Show what would change" not in html
    answer = leading.post(PRIORITY, {CRITICAL: 2, "act": "save", "reason": "x"})
    assert answer.status_code == 403
    assert "Only administrators change settings" in answer.text
    assert leading.get("/settings/categories/new").status_code == 403


@pytest.mark.parametrize("path", ["/settings", PRIORITY, "/settings/categories"])
def test_agents_are_told_whom_to_ask(signed_in: WebDesk, path: str) -> None:
    answer = signed_in.get(path)
    assert answer.status_code == 403
    assert "for leads and administrators" in answer.text
    assert 'href="/settings"' not in signed_in.get("/").text


def test_a_category_of_ones_own_is_sorted_into_from_then_on(admin: WebDesk) -> None:
    new = "/settings/categories/new"
    fields = {
        "slug": "warranty",
        "on": "yes",
        "name.en": "Warranty",
        "name.da": "Garanti",
        "description.da": "Varen er gået i stykker inden for garantien.",
        "stamp": fields_of(admin.get(new).text, new)["stamp"],
        "reason": "a team of its own",
    }
    assert admin.post(new, fields, page=new).status_code == 303
    assert "Warranty" in admin.get("/settings/categories").text
    assert "Warranty" in admin.get("/rollout").text, "other pages know it without a restart"
    assert admin.post(new, fields, page=new).status_code == 422, "a name is given once"


def test_a_category_is_switched_off_and_on(admin: WebDesk) -> None:
    page = "/settings/categories/usability"
    fields = fields_of(admin.get(page).text, page) | {"reason": "nobody asks"}
    fields.pop("on")
    assert admin.post(page, fields, page=page).status_code == 303
    assert only_change(admin).values == {"taxonomy.usability.enabled": False}
    assert "Usability" not in admin.get("/rollout").text
    fields = fields_of(admin.get(page).text, page) | {"reason": "they do", "on": "yes"}
    assert admin.post(page, fields, page=page).status_code == 303
    assert "category=usability" in admin.get("/rollout").text


def test_what_takes_the_rest_stays_on(admin: WebDesk) -> None:
    page = "/settings/categories/other"
    fields = fields_of(admin.get(page).text, page) | {"reason": "x"}
    fields.pop("on")
    answer = admin.post(page, fields, page=page)
    assert answer.status_code == 422
    assert "takes what fits nowhere" in answer.text
