"""The first start of a demonstration: the sample company moves in with its past, and Monday morning's mails arrive."""

import shutil
import time

from sqlalchemy import func, select

from agent.clock import system_clock
from agent.desk.articles.remembering import add_documents, hide_people
from agent.desk.customers.records import import_customers
from agent.desk.people.accounts import add_person
from agent.desk.settings.polled_mailboxes import NewMailbox, add_mailbox, mailbox_row
from agent.desk.steps.indexing import pending_documents
from agent.sandbox import sample
from agent.sandbox.deliver import deliver
from agent.sandbox.demo_folder import Demo, Say, wait_for
from agent.sandbox.past_feedback import fill_past
from agent.settings import Settings
from agent.store.session import Store
from agent.store.tables import CaseRow, MessageRow
from agent.wiring import build_house, open_database
from knowledge.search import Document
from knowledge.sources import read_articles, read_cases

LEARNT_WITHIN_S = 180.0
DRAFTS_WITHIN_S = 180.0


def prepare(settings: Settings, demo: Demo, say: Say) -> None:
    """Company, people, customers and knowledge, unless they are there; the mailbox as it is now."""
    now = system_clock()
    store = open_database(settings)
    if not (settings.home / "company.toml").exists():
        say("Preparing the sample company …")
        documents = _documents(settings)
        with store.writing() as unit:
            add_person(
                unit, email=sample.PERSON, role="lead", password=demo.desk_password, name="Ida Kjær", now=now
            )
            customers = sample.customers_file().read_text(encoding="utf-8").splitlines(keepends=True)
            import_customers(unit, customers, now)
            add_documents(unit, documents, now, origin="sample")
        shutil.copyfile(sample.company_file(), settings.home / "company.toml")
    url = "{}://" + sample.SUPPORT + "@127.0.0.1:{}"
    mailbox = NewMailbox(
        sample.SUPPORT, url.format("imap", demo.imap_port), url.format("smtp", demo.smtp_port)
    )
    row = mailbox_row(mailbox, demo.mail_password, secret_key=settings.secret_key.encode(), now=now)
    with store.writing() as unit:
        add_mailbox(unit, row, replace=True, now=now)
    store.close()
    fill_past(settings, now)


def bring_mail(settings: Settings, demo: Demo, say: Say) -> None:
    """Deliver the morning's mails once the knowledge can be searched, and tell how many are answered."""
    store = open_database(settings)
    say("Learning the company's articles and solved cases …")
    wait_for(lambda: _indexed(store), LEARNT_WITHIN_S, "the search index")
    mails = sample.morning()
    say(f"Monday morning: {len(mails)} mails come in.")
    for _ in deliver(mails, to=sample.SUPPORT, smtp_port=demo.smtp_port):
        pass
    begun, last = time.monotonic(), -1

    def settled() -> bool:
        nonlocal last
        with store.reading() as session:
            busy = (
                session.scalar(select(func.count()).select_from(MessageRow).where(MessageRow.step != "")) or 0
            )
            cases = session.scalar(select(func.count()).select_from(CaseRow)) or 0
        if cases - busy != last:
            last = cases - busy
            done = f"{max(0, last)} of {len(mails)}"
            print(f"\r  {done} read, sorted and answered with a draft …", end="", flush=True)
        return cases >= len(mails) and busy == 0

    wait_for(settled, DRAFTS_WITHIN_S, "all drafts", fatal=False)
    print()
    say(f"Ready after {time.monotonic() - begun:.0f} s. Approve a draft, and it really goes out.")
    store.close()


def _documents(settings: Settings) -> list[Document]:
    articles = [
        one for one in read_articles(sample.knowledge_file(), lambda _: "en") if isinstance(one, Document)
    ]
    cases = [one for one in read_cases(sample.cases_file(), lambda _: "en") if isinstance(one, Document)]
    redactor = build_house(settings, index="").understanding.redactor
    return [*articles, *(hide_people(redactor, case) for case in cases)]


def _indexed(store: Store) -> bool:
    with store.reading() as session:
        return pending_documents(session) == 0
