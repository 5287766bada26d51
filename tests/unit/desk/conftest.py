"""A house a test, and letters to put into it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.desk.replies.approval import approve
from agent.desk.steps.intake import check_once
from agent.store.tables import CaseRow, DraftRow, OutboxRow
from knowledge.search import Document, DocumentKind, Match
from tests.house import SUPPORT, TestHouse, build_test_house

ARTICLE = Document(
    "kb-1", DocumentKind.ARTICLE, "en", "It crashes", "When the app crashes, restart the app.", "technical"
)


def letter(
    text: str = "The app crashes.",
    *,
    sender: str = "Anne Berg <anne@customer.example>",
    subject: str = "Help",
    message_id: str = "<1@customer.example>",
    extra: str = "",
) -> bytes:
    """A customer's mail as bytes; `extra` holds further header lines, each with its line end."""
    return (
        f"From: {sender}\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n"
        f"Date: Mon, 23 Nov 2026 07:59:00 +0000\r\n{extra}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    built = build_test_house(tmp_path)
    with built.store.writing() as unit:
        from agent.store.tables import DocumentRow

        unit.session.add(
            DocumentRow(
                id=ARTICLE.id, kind=ARTICLE.kind, language="en", title=ARTICLE.title, body=ARTICLE.body,
                created_at=built.clock(), updated_at=built.clock(), indexed_at=built.clock(),
            )
        )  # fmt: skip
    built.understanding.matches = [Match(ARTICLE, 0.9, ARTICLE.body)]
    return built


@pytest.fixture
def receive(home: TestHouse) -> Callable[..., None]:
    """Deliver a mail to the mailbox, fetch it, and let all steps run."""

    def _receive(raw: bytes | None = None) -> None:
        home.inbox.deliver(raw or letter())
        check_once(home.house, home.mailbox_id)
        home.work()

    return _receive


def only_case(home: TestHouse) -> CaseRow:
    with home.store.reading() as session:
        return session.query(CaseRow).one()


def newest(home: TestHouse) -> DraftRow:
    with home.store.reading() as session:
        return session.query(DraftRow).order_by(DraftRow.id.desc()).first()  # type: ignore[return-value]


def replies(home: TestHouse) -> list[OutboxRow]:
    with home.store.reading() as session:
        return session.query(OutboxRow).filter_by(kind="reply").order_by(OutboxRow.id).all()


def approve_newest(home: TestHouse) -> OutboxRow:
    draft = newest(home)
    with home.store.writing() as unit:
        return approve(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            content_hash=draft.content_hash,
            person=home.person,
        )
