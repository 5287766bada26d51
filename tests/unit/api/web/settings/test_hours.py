"""Hours and teams: looked at before they are stored, and the clock of open cases follows them."""

from datetime import UTC, date, datetime, timedelta

from agent.cases.case import Priority
from agent.desk.casework.answer_time import promise
from agent.desk.casework.recomputing import recompute_all
from agent.desk.settings.rules import hours_of
from agent.store.tables import CaseRow
from tests.builders import a_case
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/settings/hours"
NEW_TEAM = f"{PAGE}/teams/new"


def an_open_case(admin: WebDesk) -> int:
    with admin.house.store.writing() as unit:
        case = a_case(unit.session, admin.house.clock(), admin.mailbox, category="billing", priority="medium")
        promise(unit, admin.house.house, case, Priority.MEDIUM, admin.house.clock(), anew=True)
        return case.id


def store(admin: WebDesk, page: str, fields: dict[str, object], act: str = "save") -> str:
    """Look at what would change, then save it; what was shown."""
    looked = admin.post(page, fields | {"act": "remove" if act == "save-remove" else "look"}, page=page)
    assert looked.status_code == 200, looked.text
    seen = fields_of(looked.text, page) | {"act": act, "reason": "so"}
    saved = admin.post(page, seen, page=page)
    assert saved.status_code == 303, saved.text
    return looked.text


def due(admin: WebDesk, case_id: int) -> datetime | None:
    with admin.house.store.reading() as session:
        return session.get_one(CaseRow, case_id).respond_by


def test_a_day_off_of_the_company_moves_open_cases_after_it_was_shown(admin: WebDesk) -> None:
    case_id = an_open_case(admin)
    before = due(admin, case_id)
    assert before == datetime(2026, 11, 24, 8, tzinfo=UTC)
    fields = fields_of(admin.get(PAGE).text, PAGE)
    html = store(
        admin,
        PAGE,
        fields | {"closed.0": "2026-11-24", "half_days.0": "2026-12-23", "half_days.0.end": "12:00"},
    )
    assert "1 is due later:" in html
    assert due(admin, case_id) == before, "looking and storing change no case themselves"
    recompute_all(admin.house.house.today())
    assert due(admin, case_id) == before + timedelta(days=1)


def test_a_day_is_removed_by_its_tick_or_by_emptying_its_row(admin: WebDesk) -> None:
    days: dict[str, object] = {"closed.0": "2026-12-24", "closed.1": "2026-12-31", "closed.2": "2027-01-02"}
    store(admin, PAGE, fields_of(admin.get(PAGE).text, PAGE) | days)
    fields = fields_of(admin.get(PAGE).text, PAGE)
    store(admin, PAGE, fields | {"closed.0.remove": "yes", "closed.1": ""})
    assert admin.house.house.today().company.overrides["hours"]["closed"] == ["2027-01-02"]


def test_more_rows_keep_what_was_typed_and_store_nothing(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {"closed.1": "2026-12-24"}
    html = admin.post(PAGE, fields | {"act": "more"}, page=PAGE).text
    again = fields_of(html, PAGE)
    assert again["closed.1"] == "2026-12-24"
    assert {name for name in again if name.startswith("closed.")} >= {f"closed.{row}" for row in range(7)}
    assert "hours" not in admin.house.house.today().company.overrides


def test_a_team_has_hours_members_and_what_it_looks_after(admin: WebDesk) -> None:
    fields = {
        "name": "Kvällen", "categories.billing": "yes", "members.ida@nordlys.example": "yes", "opens": "12:00",
        "closes": "20:00", "country": "se", "stamp": "0.0",
    }  # fmt: skip
    store(admin, NEW_TEAM, fields)
    hours = hours_of(admin.house.house.today().company)
    team = hours.team_of("support@nordlys.example", "billing")
    assert team is not None
    assert (team.name, team.members) == ("Kvällen", {"ida@nordlys.example"})
    assert hours.of("support@nordlys.example", "DK", "billing").opens.hour == 12
    assert hours.of("support@nordlys.example", "DK", "technical").opens.hour == 8
    page = f"{PAGE}/teams/{team.key}"
    assert "Kvällen" in admin.get(PAGE).text
    store(admin, page, fields_of(admin.get(page).text, page), act="save-remove")
    assert hours_of(admin.house.house.today().company).teams == ()


def test_what_cannot_be_meant_is_said_beside_its_field(admin: WebDesk) -> None:
    wrong = admin.post(NEW_TEAM, {"name": "", "closed.1": "Christmas", "opens": "late"}, page=NEW_TEAM)
    assert wrong.status_code == 422
    for field in ("name", "closed-1", "opens", "mailboxes"):
        assert f'id="f-{field}-wrong"' in wrong.text
    assert "Christmas" in wrong.text
    zone = {"name": "X", "categories.billing": "yes", "zone": "Mars/North", "act": "look"}
    assert "is not a time zone" in admin.post(NEW_TEAM, zone, page=NEW_TEAM).text


def test_a_country_takes_its_own_holidays(admin: WebDesk) -> None:
    page = f"{PAGE}/countries/new"
    store(admin, page, {"country": "no", "zone": "Europe/Oslo", "stamp": "0.0"})
    calendar = hours_of(admin.house.house.today().company).of(country="NO")
    assert not calendar.is_open(date(2027, 5, 17))
    html = admin.get(PAGE).text
    assert ">Norway<" in html
    assert "Norway (Oslo)" in html


def test_leads_see_it_and_do_not_change_it(leading: WebDesk) -> None:
    assert leading.get(PAGE).status_code == 200
    assert leading.post(NEW_TEAM, {"name": "X"}, page="/").status_code == 403
