"""Who the company is: changed at the desk, in force at once."""

from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/settings/company"


def test_another_name_and_zone_count_at_once(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {
        "company.name": "Nordlys AS",
        "company.country": "no",
        "company.zone": "Europe/Oslo",
        "reason": "we moved",
    }
    assert admin.post(PAGE, fields, page=PAGE).status_code == 303
    company = admin.house.house.today().company
    assert (company.name, company.country, company.zone.key) == ("Nordlys AS", "NO", "Europe/Oslo")
    assert "Nordlys AS" in admin.get("/").text
    html = admin.get(PAGE).text
    assert '<option value="Europe/Oslo" selected>Norway (Oslo)</option>' in html
    assert "<del>Denmark</del>" in html


def test_what_cannot_be_meant_is_refused(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {"company.zone": "Nordpolen", "company.country": "QZ"}
    answer = admin.post(PAGE, fields | {"reason": "x"}, page=PAGE)
    assert answer.status_code == 422
    assert "Choose one of the time zones" in answer.text
    answer = admin.post(PAGE, fields | {"company.zone": "Europe/Oslo", "reason": "x"}, page=PAGE)
    assert answer.status_code == 422
    assert "public holidays" in answer.text
