"""Mailboxes: both sign-ins are tried, a password is never shown again, and removing asks first."""

from dataclasses import replace

import pytest

from agent.errors import MailServerError
from agent.mail.memory import MemorySender
from agent.settings import Settings
from agent.store.sealed import unseal
from agent.store.tables import AuditRow, MailboxRow
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

NEW = "/settings/mailboxes/new"
FORM: dict[str, object] = {
    "address": "hjelp@nordlys.example",
    "password": "hemmelig-ord",
    "imap.host": "192.0.2.7",
    "imap.security": "tls",
    "smtp.host": "192.0.2.7",
    "smtp.security": "starttls",
    "act": "save",
}


class RefusingSender(MemorySender):
    """The server that knows the password to be wrong."""

    def check(self) -> None:
        raise MailServerError(
            "The SMTP server refused the password.", code="mail.login_refused", remedy="--x"
        )


@pytest.fixture
def refused(admin: WebDesk) -> WebDesk:
    admin.app.state.house = replace(admin.app.state.house, sender_of=lambda _mailbox: RefusingSender())
    return admin


def boxes(desk: WebDesk) -> dict[str, MailboxRow]:
    with desk.house.store.reading() as session:
        return {row.address: row for row in session.query(MailboxRow)}


def test_a_mailbox_that_works_is_stored_with_its_password_sealed(admin: WebDesk) -> None:
    assert admin.post(NEW, FORM, page=NEW).status_code == 303
    row = boxes(admin)["hjelp@nordlys.example"]
    assert row.imap_url == "imaps://hjelp@nordlys.example@192.0.2.7:993"
    assert row.smtp_url == "smtp://hjelp@nordlys.example@192.0.2.7:587"
    assert "hemmelig" not in row.password_encrypted
    assert unseal(admin.house.house.secret_key, row.password_encrypted) == "hemmelig-ord"
    page = f"/settings/mailboxes/{row.id}"
    assert "hemmelig" not in admin.get(page).text + admin.get("/settings/mailboxes").text
    with admin.house.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="mailbox.added").one().actor.startswith("person:")


def test_a_failed_sign_in_says_what_to_do_and_stores_nothing(refused: WebDesk) -> None:
    answer = refused.post(NEW, FORM, page=NEW)
    assert "refused the password" in answer.text
    assert "some providers want an app password" in answer.text
    assert "works: signed in" in answer.text, "reading works all the same"
    assert "hjelp@nordlys.example" not in boxes(refused)
    assert 'value="hjelp@nordlys.example"' in answer.text
    assert "hemmelig" not in answer.text

    again = fields_of(answer.text, NEW) | {"act": "save", "anyway": "yes"}
    assert again["password"] == ""
    assert refused.post(NEW, again, page=NEW).status_code == 303, "the password need not be typed again"
    sealed = boxes(refused)["hjelp@nordlys.example"].password_encrypted
    assert unseal(refused.house.house.secret_key, sealed) == "hemmelig-ord"


def test_only_trying_stores_nothing(admin: WebDesk) -> None:
    assert "works: signed in" in admin.post(NEW, FORM | {"act": "try"}, page=NEW).text
    assert "hjelp@nordlys.example" not in boxes(admin)


def test_mistakes_stand_beside_their_fields(admin: WebDesk) -> None:
    answer = admin.post(NEW, FORM | {"address": "nobody", "imap.host": "", "smtp.port": "x"}, page=NEW)
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 3
    assert 'value="192.0.2.7"' in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "169.254.169.254", "::ffff:7f00:1", "0.0.0.0", "2130706433"]
)
def test_this_machine_is_no_mail_server_unless_it_is_allowed(admin: WebDesk, host: str) -> None:
    answer = admin.post(NEW, FORM | {"imap.host": host}, page=NEW)
    assert answer.status_code == 422
    assert "GENKLANG_ALLOW_LOCAL_MAIL" in answer.text


def test_where_it_is_allowed_this_machine_may_be_one(admin: WebDesk) -> None:
    admin.app.state.settings = Settings(home=admin.app.state.settings.home, allow_local_mail=True)
    assert admin.post(NEW, FORM | {"imap.host": "127.0.0.1"}, page=NEW).status_code == 303


def test_a_stored_password_never_goes_to_another_server(admin: WebDesk) -> None:
    admin.post(NEW, FORM, page=NEW)
    page = f"/settings/mailboxes/{boxes(admin)['hjelp@nordlys.example'].id}"
    kept = fields_of(admin.get(page).text, page)
    assert admin.post(page, kept | {"brand": "Nordlys", "act": "save"}, page=page).status_code == 303
    assert boxes(admin)["hjelp@nordlys.example"].brand == "Nordlys"
    answer = admin.post(page, kept | {"imap.host": "203.0.113.9", "act": "save"}, page=page)
    assert answer.status_code == 422
    assert "Type the password" in answer.text


def test_pausing_and_removing(admin: WebDesk) -> None:
    admin.post(NEW, FORM, page=NEW)
    page = f"/settings/mailboxes/{boxes(admin)['hjelp@nordlys.example'].id}"
    assert admin.post(f"{page}/pause", {"act": "pause"}).status_code == 303
    assert boxes(admin)["hjelp@nordlys.example"].paused
    assert admin.post(f"{page}/remove").status_code == 422, "removing asks first"
    assert admin.post(f"{page}/remove", {"sure": "yes"}).status_code == 303
    assert "hjelp@nordlys.example" not in boxes(admin)


def test_leads_see_how_mailboxes_fare_and_change_none(leading: WebDesk) -> None:
    assert "support@nordlys.example" in leading.get("/settings/mailboxes").text
    assert leading.get(NEW).status_code == 403
    assert leading.post(NEW, FORM).status_code == 403
