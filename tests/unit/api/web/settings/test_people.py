"""People choose their own passwords by a link that works once; roles and shutting out count at once."""

import re

import pytest

from agent.store.tables import PersonRow
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

NEW = "/settings/people/new"
NEWCOMER = {"email": "nora@nordlys.example", "name": "Nora", "role": "agent", "language": "nb"}


def person(desk: WebDesk, email: str) -> PersonRow:
    with desk.house.store.reading() as session:
        return session.query(PersonRow).filter_by(email=email).one()


def link_in(html: str) -> str:
    found = re.search(r"(/choose-password\?t=[\w-]+)", html)
    assert found
    return found[1]


def test_somebody_invited_chooses_a_password_once_and_signs_in(admin: WebDesk) -> None:
    link = link_in(admin.post(NEW, dict(NEWCOMER), page=NEW).text)
    assert person(admin, "nora@nordlys.example").language == "nb"
    admin.browser.cookies.clear()
    fields = fields_of(admin.get(link).text, "/choose-password")
    chosen = {**fields, "password": "lyng og fjell 1", "again": "lyng og fjell 1"}
    assert admin.post("/choose-password", chosen, page=link).headers["location"] == "/sign-in"
    assert admin.get(link).status_code == 404, "it works once"
    assert admin.sign_in("nora@nordlys.example", "lyng og fjell 1").status_code == 303


def test_a_link_runs_out_and_a_newer_one_replaces_it(admin: WebDesk) -> None:
    page = f"/settings/people/{admin.ida.id}"
    first = link_in(admin.post(page, {"act": "link"}, page=page).text)
    second = link_in(admin.post(page, {"act": "link"}, page=page).text)
    assert admin.get(first).status_code == 404
    assert admin.get(second).status_code == 200
    admin.house.clock.advance(hours=73)
    assert admin.get(second).status_code == 404


def test_two_different_passwords_are_not_taken(admin: WebDesk) -> None:
    page = f"/settings/people/{admin.ida.id}"
    link = link_in(admin.post(page, {"act": "link"}, page=page).text)
    token = link.partition("=")[2]
    for password, again, words in (("long enough 1", "other", "differ"), ("short", "short", "characters")):
        answer = admin.post("/choose-password", {"t": token, "password": password, "again": again}, page=page)
        assert answer.status_code == 422
        assert words in answer.text


def test_a_new_role_signs_people_out(admin: WebDesk) -> None:
    other = admin.new_browser()
    other.cookies = admin.browser.cookies
    page = f"/settings/people/{admin.ida.id}"
    answer = admin.post(page, {"act": "save", "role": "lead", "name": "Ida Kjær"}, page=page)
    assert answer.status_code == 303
    row = person(admin, "ida@nordlys.example")
    assert (row.role, row.name) == ("lead", "Ida Kjær")


def test_shut_out_and_let_in_again(admin: WebDesk) -> None:
    page = f"/settings/people/{admin.ida.id}"
    assert admin.post(page, {"act": "shut"}, page=page).status_code == 303
    assert person(admin, "ida@nordlys.example").disabled
    assert "/choose-password" in admin.post(page, {"act": "let"}, page=page).text
    assert not person(admin, "ida@nordlys.example").disabled


def test_the_last_admin_stays_one(admin: WebDesk) -> None:
    page = f"/settings/people/{person(admin, 'astrid@nordlys.example').id}"
    for act in ("save", "shut"):
        answer = admin.post(page, {"act": act, "role": "agent", "name": "Astrid"}, page=page)
        assert answer.status_code == 409
        assert "last admin" in answer.text


def test_an_address_in_use_is_said_beside_the_field(admin: WebDesk) -> None:
    answer = admin.post(NEW, NEWCOMER | {"email": "ida@nordlys.example"}, page=NEW)
    assert answer.status_code == 422
    assert 'id="f-email-wrong"' in answer.text
    assert 'value="Nora"' in answer.text


@pytest.mark.parametrize("path", [NEW, "/settings/people/1"])
def test_leads_see_the_list_and_change_nobody(leading: WebDesk, path: str) -> None:
    assert "ida@nordlys.example" in leading.get("/settings/people").text
    assert leading.get(path).status_code == 403
    assert leading.post(path, {"act": "save", "role": "admin"}).status_code == 403
