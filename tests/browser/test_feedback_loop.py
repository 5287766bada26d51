"""The whole loop with real mail: asked at the right time, answered badly on a phone, followed up, asked again later.

Dovecot and Postfix are real, and so are the desk and the browsers; time alone is in the test's hands. It lies in the
past, since mail servers stamp what arrives by their own clock, and nothing may arrive before it was sent.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.company import Company
from agent.desk.replies.approval import approve
from agent.desk.replies.settling import unsettled
from agent.desk.steps.intake import check_once
from agent.sandbox.deliver import mails_in
from agent.store.sealed import seal
from agent.store.tables import (
    CaseRow,
    DraftRow,
    FeedbackRequestRow,
    FollowUpRow,
    MailboxRow,
    PersonRow,
    SurveyAnswerRow,
)
from agent.triage.reading import CategoryDecision
from agent.wiring import open_inbox, open_sender
from agent.worker.schedule import duties
from knowledge.search import Match
from tests.browser.conftest import listening, new_page
from tests.builders import PASSWORD, password_hash
from tests.house import CALM, TestHouse, build_test_house
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.postfix import PostfixServer
from tests.servers.process import free_port
from tests.unit.desk.conftest import ARTICLE

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.timeout(180)]

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SAID = "It took three mails, and the invoice is still wrong."
AGREED = "Called Anne; the invoice is corrected and she has it."


@dataclass(slots=True)
class Story:
    """A desk at `url` that reads and writes the mail of `support`, and its customer Anne."""

    home: TestHouse
    url: str
    dovecot: DovecotServer
    postfix: PostfixServer
    support: MailAccount
    anne: MailAccount

    def it_is(self, local: str) -> None:
        """Let it be that time in Denmark. The scheduler and the workers do all that is due."""
        moment = datetime.fromisoformat(local).replace(tzinfo=COPENHAGEN).astimezone(UTC)
        assert moment >= self.home.clock.now
        self.home.clock.now = moment
        for duty in duties():
            duty.do(self.home.house)
        self.home.work()

    def anne_writes(self, text: str, *, answering: EmailMessage | None = None) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Anne Berg <{self.anne.email}>", self.support.email
        mail["Subject"] = "Invoice 4711" if answering is None else f"Re: {answering['Subject']}"
        mail["Message-ID"] = make_msgid(domain="customer.example")
        if answering is not None:
            mail["In-Reply-To"] = mail["References"] = str(answering["Message-ID"])
        mail.set_content(text)
        self.postfix.deliver(mail, self.support.email, sender=self.anne.email)
        self.dovecot.wait_for_text(self.support, str(mail["Message-ID"]))
        check_once(self.home.house, self.home.mailbox_id)
        self.home.work()

    def ida_approves(self) -> None:
        with self.home.store.writing() as unit:
            draft = unit.session.query(DraftRow).filter_by(state="ready").one()
            approve(
                unit,
                self.home.house,
                case_id=draft.case_id,
                draft_id=draft.id,
                content_hash=draft.content_hash,
                person=self.home.person,
                vouched=unsettled(draft),
            )

    def replies(self) -> list[EmailMessage]:
        """What a person approved and Anne got."""
        return [mail for mail in self._anne_has() if not mail["Auto-Submitted"]]

    def surveys(self) -> list[EmailMessage]:
        return [mail for mail in self._anne_has() if mail["List-Unsubscribe"]]

    def _anne_has(self) -> list[EmailMessage]:
        raw = mails_in(self.dovecot.imap_url(self.anne), self.anne.password)
        return [message_from_bytes(one, policy=policy.default) for one in raw]

    def signed_in(self, chromium: Browser, name: str) -> Page:
        page = new_page(chromium)
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("Work e-mail").fill(f"{name}@nordlys.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.url}/")
        return page


def the_last(mails: Callable[[], list[EmailMessage]], *, of: int) -> EmailMessage:
    """The newest of so many, which Postfix hands to Dovecot a moment after it took them."""
    ends = time.monotonic() + 10
    while len(found := mails()) < of and time.monotonic() < ends:
        time.sleep(0.1)
    assert len(found) == of
    return found[-1]


def shown(mail: EmailMessage, page: Page) -> None:
    """Open a mail as a mail program does."""
    html = mail.get_body(("html",))
    assert html is not None
    page.set_content(html.get_content())


@pytest.fixture
def story(tmp_path: Path, dovecot: DovecotServer, smtp_server: PostfixServer) -> Iterator[Story]:
    home = build_test_house(tmp_path)
    home.clock.now = datetime(2025, 11, 24, 7, 55, tzinfo=UTC)  # a Monday
    home.understanding.reading = replace(CALM, category=CategoryDecision("billing", "", 0.9, False))
    home.understanding.matches = [Match(ARTICLE, 0.9, ARTICLE.body)]
    support, anne = dovecot.new_account(), dovecot.new_account("anne")
    key, port = home.house.secret_key, free_port()
    with home.store.writing() as unit:
        mailbox = unit.session.get_one(MailboxRow, home.mailbox_id)
        mailbox.address = support.email
        mailbox.imap_url, mailbox.smtp_url = dovecot.imap_url(support), smtp_server.smtp_url(support)
        mailbox.password_encrypted = seal(key, support.password)
        for person in unit.session.query(PersonRow):
            person.password_hash = password_hash()
    home.house = replace(
        home.house,
        company=replace(Company(), name="Nordlys Software", language="en"),
        desk_url=f"http://127.0.0.1:{port}",
        inbox_of=lambda row: open_inbox(row, key),
        sender_of=lambda row: open_sender(row, key),
    )
    with listening(home.house, tmp_path, port) as url:
        yield Story(home, url, dovecot, smtp_server, support, anne)


def test_a_bad_answer_is_asked_for_given_on_a_phone_followed_up_and_asked_about_again(
    story: Story, chromium: Browser
) -> None:
    case_id = _a_case_is_answered(story)
    _ida_closes_it(story, chromium, case_id)
    asked = _the_survey_arrives_four_hours_later(story)
    _anne_answers_on_her_phone(story, chromium, asked)
    _the_follow_up_stands_on_the_list_and_on_the_case(story, chromium, case_id)
    _nobody_calls_until_it_is_on_the_leads_board(story, chromium)
    _the_lead_calls_and_says_how_it_ended(story, chromium, case_id)
    _anne_is_asked_again_after_two_weeks(story, chromium, asked)


def _a_case_is_answered(story: Story) -> int:
    story.it_is("2025-11-24T09:00")
    story.anne_writes("The invoice shows two licences, and we have one.")
    story.it_is("2025-11-24T09:20")
    story.ida_approves()
    story.it_is("2025-11-24T09:21")
    reply = the_last(story.replies, of=1)
    story.it_is("2025-11-24T11:10")
    story.anne_writes("Thank you, I shall look at it.", answering=reply)
    with story.home.store.reading() as session:
        case = session.query(CaseRow).one()
        return case.id


def _ida_closes_it(story: Story, chromium: Browser, case_id: int) -> None:
    story.it_is("2025-11-24T11:30")
    ida = story.signed_in(chromium, "ida")
    ida.goto(f"{story.url}/cases/{case_id}")
    ida.get_by_role("button", name="Done").click()
    expect(ida.get_by_text("1 of 1 handled today")).to_be_visible()
    ida.context.close()


def _the_survey_arrives_four_hours_later(story: Story) -> EmailMessage:
    story.it_is("2025-11-24T15:29")
    assert story.surveys() == []
    story.it_is("2025-11-24T15:30")  # written; it leaves a minute later
    assert story.surveys() == []
    story.it_is("2025-11-24T15:33")
    asked = the_last(story.surveys, of=1)
    assert asked["To"] == f"Anne Berg <{story.anne.email}>"
    assert asked["From"] == f"Nordlys Software <{story.support.email}>"
    return asked


def _anne_answers_on_her_phone(story: Story, chromium: Browser, asked: EmailMessage) -> None:
    story.it_is("2025-11-24T15:45")
    phone = new_page(chromium, width=390, height=844)
    shown(asked, phone)
    phone.get_by_role("link", name="🙁 2").click()
    assert phone.url.startswith(f"{story.url}/s/")
    assert phone.get_by_role("radio", name="Dissatisfied", exact=True).is_checked()
    phone.get_by_role("button", name="Send answer").click()
    phone.get_by_label("What went wrong?").fill(SAID)
    phone.get_by_role("button", name="Next").click()
    phone.get_by_role("radio", name="Yes").check()
    phone.get_by_role("button", name="Send answer").click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.context.close()


def _the_follow_up_stands_on_the_list_and_on_the_case(story: Story, chromium: Browser, case_id: int) -> None:
    story.it_is("2025-11-24T15:50")
    emil = story.signed_in(chromium, "emil")
    emil.goto(f"{story.url}/feedback/follow-ups")
    line = emil.get_by_role("row").filter(has_text="Anne Berg")
    expect(line).to_contain_text(SAID)
    expect(line).to_contain_text("2")
    emil.goto(f"{story.url}/cases/{case_id}")
    panel = emil.get_by_role("region", name="Follow-ups")
    expect(panel).to_contain_text("Call Anne Berg")
    expect(panel).to_contain_text(SAID)
    expect(emil.get_by_role("button", name="Open again")).to_be_visible()
    emil.context.close()


def _nobody_calls_until_it_is_on_the_leads_board(story: Story, chromium: Browser) -> None:
    story.it_is("2025-11-26T15:44")
    emil = story.signed_in(chromium, "emil")
    emil.goto(f"{story.url}/escalations")
    expect(emil.get_by_role("link", name="Invoice 4711")).to_have_count(0)
    story.it_is("2025-11-26T15:46")
    emil.goto(f"{story.url}/escalations")
    expect(emil.get_by_role("row").filter(has_text="Invoice 4711")).to_contain_text("in time")
    late = emil.get_by_role("region", name="Follow-ups overdue")
    expect(late.get_by_role("link", name="Anne Berg")).to_be_visible()
    emil.context.close()


def _the_lead_calls_and_says_how_it_ended(story: Story, chromium: Browser, case_id: int) -> None:
    story.it_is("2025-11-26T15:55")
    emil = story.signed_in(chromium, "emil")
    emil.goto(f"{story.url}/escalations")
    emil.get_by_role("region", name="Follow-ups overdue").get_by_role("link", name="Anne Berg").click()
    expect(emil.get_by_role("blockquote")).to_have_text(SAID)
    emil.get_by_role("radio", name="Solved").check()
    emil.get_by_label("What you agreed on").fill(AGREED)
    emil.get_by_role("button", name="Done").click()
    told = emil.get_by_role("main").get_by_role("status")
    expect(told).to_contain_text("It is done. The customer is asked again from 10 Dec 2025.")
    expect(emil.get_by_text(AGREED)).to_be_visible()
    emil.goto(f"{story.url}/escalations")
    expect(emil.get_by_role("link", name="Invoice 4711")).to_have_count(0)
    expect(emil.get_by_role("link", name="Anne Berg")).to_have_count(0)
    emil.context.close()
    with story.home.store.reading() as session:
        assert session.get_one(CaseRow, case_id).state == "done"


def _anne_is_asked_again_after_two_weeks(story: Story, chromium: Browser, first: EmailMessage) -> None:
    for day in ("11-27", "11-28", "12-03", "12-08"):
        story.it_is(f"2025-{day}T12:00")
    story.it_is("2025-12-10T15:54")
    with story.home.store.reading() as session:
        assert session.query(FeedbackRequestRow).count() == 1
    for minute in (55, 56, 59):  # wished for, then decided and written, then sent
        story.it_is(f"2025-12-10T15:{minute}")
    again = the_last(story.surveys, of=2)
    assert again["Subject"] == first["Subject"]
    phone = new_page(chromium, width=390, height=844)
    shown(again, phone)
    phone.get_by_role("link", name="🙂 4").click()
    assert phone.get_by_role("radio", name="Satisfied", exact=True).is_checked()  # not what she said before
    phone.context.close()
    with story.home.store.reading() as session:
        request = session.query(FeedbackRequestRow).filter_by(name="follow_up").one()
        assert session.query(FollowUpRow).one().asked_again_id == request.id
        assert session.query(SurveyAnswerRow).one().score == 2
