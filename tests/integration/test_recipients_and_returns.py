"""A reply with Cc and signature over a real SMTP connection, and the report of a real shape that it came back."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from agent.desk.replies.approval import approve
from agent.desk.replies.recipients import add_cc
from agent.desk.replies.settling import unsettled
from agent.desk.settings.mailbox_signatures import Looks, save_looks
from agent.desk.steps.intake import check_once
from agent.desk.steps.sweeping import sweep
from agent.mail.server_url import parse_server_url
from agent.mail.smtp import SmtpSender
from agent.store.tables import CaseRow, DraftRow, OutboxRow
from knowledge.search import Match
from tests.house import build_test_house
from tests.servers.smtp_sink import PASSWORD, SmtpSink
from tests.unit.desk.conftest import ARTICLE, letter
from tests.unit.desk.replies.test_returning import bounce


def test_the_letter_goes_to_both_signed_once_and_its_return_reopens_the_case(
    tmp_path: Path, smtp_sink: SmtpSink
) -> None:
    home = build_test_house(tmp_path)
    home.understanding.matches = [Match(ARTICLE, 0.9, ARTICLE.body)]
    sender = SmtpSender(parse_server_url(smtp_sink.url(), protocol="smtp", insecure=False), PASSWORD)
    with home.store.writing() as unit:
        looks = Looks("Nordlys Kundepleje", "", {"en": "{name}\n{company}\nTlf. 12 34 56 78"})
        save_looks(unit, home.house, mailbox_id=home.mailbox_id, looks=looks, person=home.other)
    home.inbox.deliver(letter(extra="Cc: Bo Holm <bo@customer.example>\r\n"))
    check_once(home.house, home.mailbox_id)
    home.work()
    home.house = replace(home.house, sender_of=lambda _mailbox: sender)
    with home.store.writing() as unit:
        draft = unit.session.query(DraftRow).one()
        add_cc(unit, home.house, case_id=draft.case_id, draft_id=draft.id, email="bo@customer.example",
               person=home.person)  # fmt: skip
        approve(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=home.person, vouched=unsettled(draft),
        )  # fmt: skip
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    arrived = smtp_sink.mails[-1]
    assert sorted(arrived.recipients) == ["anne@customer.example", "bo@customer.example"]
    mail = message_from_bytes(arrived.raw, policy=policy.default)
    assert mail["Cc"] == "Bo Holm <bo@customer.example>"
    assert mail["From"] == "Nordlys Kundepleje <support@nordlys.example>"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("ida\r\nNordlys Kundepleje\r\nTlf. 12 34 56 78") == 1

    with home.store.reading() as session:
        row = session.query(OutboxRow).filter_by(kind="reply").one()
        assert row.outcome.startswith("The server answered: 250")
        assert session.query(CaseRow).one().state == "waiting"
    home.inbox.deliver(bounce(row.message_id))
    check_once(home.house, home.mailbox_id)
    home.work()
    with home.store.reading() as session:
        row = session.query(OutboxRow).filter_by(kind="reply").one()
        assert (row.returned_to, row.returned_status) == (["anne@customer.example"], "5.1.1")
        assert session.query(CaseRow).filter_by(id=row.case_id).one().state == "open"
