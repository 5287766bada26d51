"""Whole days' work in a real browser: a full morning by keyboard, two people on one case, a lost connection."""

from collections import Counter
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agent.clock import system_clock
from agent.store.tables import AuditRow, CaseRow, DraftRow, MailboxRow, OutboxRow, UnsentTextRow
from tests.browser.conftest import ServedDesk, new_page, sign_in
from tests.builders import a_case, a_draft, a_message

pytestmark = pytest.mark.browser

MAILS = 40
OWN_WORDS = "Hej\n\nDet ringer vi om i dag."


def subject(number: int) -> str:
    return f"Morgenmail {number:02}"


def decision(number: int) -> str:
    """What Ida decides about the mail of this number: most drafts are good as they are."""
    if number % 10 == 3:
        return "#"
    if number % 10 == 6:
        return "d"
    return "e" if number % 10 == 9 else "a"


def a_full_morning(session: Session) -> None:
    """Forty mails with drafts, due one after the other, and nothing else that waits."""
    now = system_clock()
    session.execute(update(CaseRow).values(state="done"))
    box = session.scalars(select(MailboxRow)).one()
    for number in range(1, MAILS + 1):
        case = a_case(session, now, box, subject=subject(number), customer_email=f"k{number}@example")
        case.respond_by = now.replace(microsecond=number)
        a_message(session, now, case, text=f"Mail {number}: hvornår sker det?")
        a_draft(session, now, case, [[("Hej", [])], [(f"Det sker i uge {number}.", ["guide-31"])]])


@dataclass(frozen=True, slots=True)
class Morning:
    """What the database holds at the end of it: states of the cases by decision, and the texts that leave."""

    states: Counter[tuple[str, str]]
    texts: list[str]
    acts: int


def looked_at(served: ServedDesk) -> Morning:
    with served.house.store.reading() as session:
        cases = session.scalars(select(CaseRow).where(CaseRow.subject.like("Morgenmail %"))).all()
        letters = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        acts = session.scalars(select(AuditRow.case_id).where(AuditRow.actor.like("person:%"))).all()
    states = Counter((decision(int(case.subject[-2:])), case.state) for case in cases)
    return Morning(states, [letter.text for letter in letters], len(set(acts) - {None}))


def here(page: Page, title: str) -> None:
    """The case is there and listens to keys: a heading is painted before scripts run."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("html.js")).to_be_attached()


def test_a_morning_of_forty_mails_by_keyboard_alone(page: Page, served: ServedDesk) -> None:
    with served.house.store.writing() as unit:
        a_full_morning(unit.session)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.locator(".rows .case")).to_have_count(MAILS)
    expect(page.locator("html.js")).to_be_attached()
    page.keyboard.press("j")
    page.keyboard.press("o")
    for number in range(1, MAILS + 1):
        here(page, subject(number))
        key = decision(number)
        page.keyboard.press(key)
        if key == "e":
            box = page.get_by_label("Text of the reply")
            expect(box).to_be_focused()
            page.keyboard.press("Control+A")
            page.keyboard.type(OWN_WORDS)
            page.keyboard.press("Control+Enter")
        if number < MAILS:
            expect(page.get_by_role("heading", level=1)).to_have_text(subject(number + 1))
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for approval")
    expect(page.locator(".rows .case")).to_have_count(0)
    morning = looked_at(served)
    assert morning.states == {("a", "open"): 28, ("e", "open"): 4, ("d", "done"): 4, ("#", "spam"): 4}
    assert morning.acts == MAILS
    assert len(morning.texts) == 32
    assert sum(OWN_WORDS in text for text in morning.texts) == 4
    assert len(set(morning.texts)) == 28 + 1


def signed_in(chromium: Browser, served: ServedDesk, email: str) -> Page:
    page = new_page(chromium)
    sign_in(page, served, email=email)
    return page


def drafts_of(served: ServedDesk, case_id: int) -> list[DraftRow]:
    with served.house.store.reading() as session:
        return list(
            session.scalars(select(DraftRow).where(DraftRow.case_id == case_id).order_by(DraftRow.version))
        )


def letters(served: ServedDesk) -> list[OutboxRow]:
    with served.house.store.reading() as session:
        return list(session.scalars(select(OutboxRow)))


def test_two_people_on_one_case_see_each_other_and_lose_nothing(
    chromium: Browser, served: ServedDesk
) -> None:
    ida, sara = (signed_in(chromium, served, f"{name}@nordlys.example") for name in ("ida", "sara"))
    case_id = served.sample.charged.id
    for person in (ida, sara):
        person.goto(f"{served.url}/cases/{case_id}?act=edit")
    expect(ida.locator("#others")).to_contain_text("Sara Lund is writing a reply", timeout=20_000)
    sara.get_by_label("Text of the reply").fill("Saras Worte.")
    ida.get_by_label("Text of the reply").fill("Idas Worte.")
    expect(ida.locator("#unsent")).to_contain_text("Not sent yet, saved", timeout=20_000)
    sara.get_by_role("button", name="Save, do not send").click()
    expect(sara.locator("#draft-text")).to_contain_text("Saras Worte.")

    ida.get_by_label("Text of the reply").press("Control+Enter")
    expect(ida.get_by_role("alert")).to_contain_text("changed since you opened it")
    expect(ida.get_by_label("Text of the reply")).to_have_value("Idas Worte.")
    assert letters(served) == []
    assert "Saras Worte." in drafts_of(served, case_id)[-1].text
    with served.house.store.reading() as session:
        kept = session.scalars(select(UnsentTextRow.text).where(UnsentTextRow.case_id == case_id)).all()
    assert "Idas Worte." in kept
    for person in (ida, sara):
        person.context.close()


def test_approving_an_outdated_version_is_refused_in_words(chromium: Browser, served: ServedDesk) -> None:
    ida, sara = (signed_in(chromium, served, f"{name}@nordlys.example") for name in ("ida", "sara"))
    case_id = served.sample.charged.id
    ida.goto(f"{served.url}/cases/{case_id}")
    sara.goto(f"{served.url}/cases/{case_id}?act=edit")
    sara.get_by_label("Text of the reply").fill("Das Geld kommt am Freitag.")
    sara.get_by_role("button", name="Save, do not send").click()
    expect(sara.locator("#draft-text")).to_contain_text("am Freitag")
    ida.keyboard.press("a")
    expect(ida.get_by_role("alert")).to_contain_text("changed since you opened it")
    expect(ida.locator("#draft-text")).to_contain_text("Das Geld kommt am Freitag.")
    assert letters(served) == []
    expect(ida.locator("html.js")).to_be_attached()
    ida.keyboard.press("a")  # what is on screen now may go
    expect(ida.locator("#outbox")).to_contain_text("Jürgen Krüner")
    assert ["am Freitag" in letter.text for letter in letters(served)] == [True]
    for person in (ida, sara):
        person.context.close()


def test_a_reply_sent_without_a_connection_stays_in_the_window(chromium: Browser, served: ServedDesk) -> None:
    page = signed_in(chromium, served, "ida@nordlys.example")
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?act=edit")
    box = page.get_by_label("Text of the reply")
    page.context.set_offline(True)
    box.fill("Geschrieben im Tunnel.")
    box.press("Control+Enter")
    expect(page.locator("#unsent.is-lost")).to_be_visible()
    expect(box).to_have_value("Geschrieben im Tunnel.")
    assert letters(served) == []
    page.context.set_offline(False)
    expect(page.locator("#unsent.is-lost")).to_have_count(0, timeout=30_000)
    box.press("Control+Enter")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    assert ["im Tunnel" in letter.text for letter in letters(served)] == [True]
    page.context.close()
