"""A file that an agent attached, over a real SMTP connection to a real server, byte for byte."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from agent.desk.replies.approval import approve
from agent.desk.replies.outgoing_files import attach
from agent.desk.replies.settling import unsettled
from agent.desk.steps.intake import check_once
from agent.desk.steps.sweeping import sweep
from agent.mail.server_url import parse_server_url
from agent.mail.smtp import SmtpSender
from agent.store.tables import AttachmentRow, CaseRow, DraftRow
from knowledge.search import Match
from tests.house import build_test_house
from tests.servers.smtp_sink import PASSWORD, SmtpSink
from tests.unit.desk.conftest import ARTICLE, letter

EVERY_BYTE = b"%PDF-1.7\r\n" + bytes(range(256)) * 400 + b"\r\n.\r\n..\r\nfrom the end"


def test_an_attached_file_arrives_byte_for_byte(tmp_path: Path, smtp_sink: SmtpSink) -> None:
    """The bytes hold lone dots, bare line ends and every value: what SMTP would spoil first."""
    home = build_test_house(tmp_path)
    home.understanding.matches = [Match(ARTICLE, 0.9, ARTICLE.body)]
    sender = SmtpSender(parse_server_url(smtp_sink.url(), protocol="smtp", insecure=False), PASSWORD)
    home.inbox.deliver(letter())
    check_once(home.house, home.mailbox_id)
    home.work()
    home.house = replace(home.house, sender_of=lambda _mailbox: sender)
    with home.store.writing() as unit:
        case = unit.session.query(CaseRow).one()
        attach(
            unit, home.house, case_id=case.id, filename="Kvittering nr. 7.pdf", content=EVERY_BYTE,
            person=home.person,
        )  # fmt: skip
    with home.store.writing() as unit:
        draft = unit.session.query(DraftRow).one()
        approve(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=home.person, vouched=unsettled(draft),
        )  # fmt: skip
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    mail = message_from_bytes(smtp_sink.mails[-1].raw, policy=policy.default)
    files = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert files == [("Kvittering nr. 7.pdf", EVERY_BYTE)]
    with home.store.reading() as session:
        kept = session.query(AttachmentRow).one()
        assert kept.content == EVERY_BYTE
