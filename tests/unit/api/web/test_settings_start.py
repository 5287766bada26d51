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
