"""The first steps tick themselves, and go away once a mail was answered."""

from agent.store.tables import MailboxRow
from tests.unit.api.conftest import WebDesk


def test_each_step_is_ticked_by_what_is_there(admin: WebDesk) -> None:
    html = admin.get("/settings").text
    assert "2 of 6 done" in html, "the company has a name, and there are people"
    assert 'href="/settings/mailboxes/new"' in html
    with admin.house.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, admin.house.mailbox_id)
        box.password_encrypted, box.last_ok_at = "sealed", admin.house.clock()
    assert "3 of 6 done" in admin.get("/settings").text


def test_an_empty_desk_leads_an_administrator_to_the_next_step(admin: WebDesk) -> None:
    html = admin.get("/").text
    assert "First steps" in html
    assert 'href="/settings/mailboxes/new"' in html


def test_pages_of_the_settings_lead_back_to_the_steps_until_a_mail_was_answered(admin: WebDesk) -> None:
    assert "First steps: 2 of 6 done" in admin.get("/settings/company").text
    with admin.house.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, admin.house.mailbox_id)
        box.password_encrypted, box.last_ok_at = "sealed", admin.house.clock()
        address = box.address
    assert f"Write one to {address} yourself" in admin.get("/").text
    admin.post("/settings/first-steps", {"away": "yes"})
    assert "First steps" not in admin.get("/settings/company").text


def test_the_steps_are_put_away_and_brought_back(admin: WebDesk) -> None:
    put = admin.post("/settings/first-steps", {"away": "yes"})
    assert "First steps" not in admin.get("/").text
    assert "The first steps are put away" in admin.get(put.headers["location"]).text
    assert "Show them on the desk again" in admin.get("/settings").text
    admin.post("/settings/first-steps", {"away": "no"}, page="/settings")
    assert "First steps" in admin.get("/").text


def test_agents_and_leads_see_no_steps_on_their_desk(leading: WebDesk) -> None:
    assert "First steps" not in leading.get("/").text
