"""Signature and brand of a mailbox: shown as they will look before they are saved, without touching the servers."""

from agent.store.tables import AuditRow
from tests.unit.api.conftest import WebDesk


def page_of(desk: WebDesk) -> str:
    return f"/settings/mailboxes/{desk.house.mailbox_id}"


def send(desk: WebDesk, act: str, **fields: str) -> tuple[int, str]:
    with desk.house.store.writing() as unit:
        from agent.store.tables import MailboxRow

        unit.session.get_one(MailboxRow, desk.house.mailbox_id).password_encrypted = "sealed"
    typed: dict[str, object] = {"brand": "Nordlys Care", "reply_language": "", "act": act, **fields}
    answer = desk.post(f"{page_of(desk)}/signature", typed, page=page_of(desk))
    return answer.status_code, answer.text


def test_a_look_stores_nothing_and_shows_the_end_of_a_letter_in_that_language(admin: WebDesk) -> None:
    status, page = send(admin, "preview", **{"signature.da": "{name}\n{company}"})
    assert status == 200
    assert "Med venlig hilsen\nAstrid\nNordlys Care" in page
    assert admin.mailbox.signatures == {}


def test_it_is_saved_with_an_entry_in_the_audit_trail(admin: WebDesk) -> None:
    status, _ = send(admin, "save", reply_language="da", **{"signature.en": "{name}", "signature.da": " "})
    assert status == 303
    box = admin.mailbox
    assert (box.signatures, box.brand, box.reply_language) == ({"en": "{name}"}, "Nordlys Care", "da")
    assert box.imap_url == "imap://x", "the servers were neither asked nor changed"
    with admin.house.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="mailbox.signature_changed").count() == 1


def test_what_cannot_be_filled_in_is_said_beside_its_field(admin: WebDesk) -> None:
    status, page = send(admin, "save", **{"signature.sv": "Ring {telefon}"})
    assert status == 422
    assert "Only {name} and {company} can be filled in." in page
    assert "Ring {telefon}" in page
    assert admin.mailbox.signatures == {}


def test_an_agent_changes_no_signature(signed_in: WebDesk) -> None:
    answer = signed_in.post(f"{page_of(signed_in)}/signature", {"act": "save"})
    assert answer.status_code == 403
