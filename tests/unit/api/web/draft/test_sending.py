"""The case page: to whom a reply goes, what stands below it, how far it came, and a machine's translation."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from agent.desk.replies.restoring import hold_outbox
from agent.drafting.translation import MOST, Translation
from agent.llm.model import ModelUnavailable
from agent.privacy.redaction import RedactedText
from agent.store.tables import CaseRow, DraftRow, MessageRow, OutboxRow, TranslationRow
from tests.builders import a_case, a_draft, a_letter, a_message
from tests.unit.api.conftest import WebDesk

BESIDE = [{"name": "Bo", "email": "bo@torv.example"}, {"name": "", "email": "all@other.example"}]


@pytest.fixture
def case(signed_in: WebDesk, rows: Session) -> CaseRow:
    now = signed_in.house.clock()
    made = a_case(rows, now, signed_in.mailbox, customer_email="anne@torv.example", language="da")
    a_message(rows, now, made, text="Hej, hvad gør jeg?", cc=BESIDE)
    a_draft(rows, now, made, [[("Genstart den.", ["kb-1"])]])
    rows.commit()
    return made


def draft_of(desk: WebDesk, case: CaseRow) -> DraftRow:
    with desk.house.store.reading() as session:
        return session.query(DraftRow).filter_by(case_id=case.id).order_by(DraftRow.id.desc()).first()  # type: ignore[return-value]


def shown_hash(page: str) -> str:
    found = re.search(r'name="content_hash" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def choose(desk: WebDesk, case: CaseRow, act: str, email: str = "") -> int:
    path = f"/cases/{case.id}/drafts/{draft_of(desk, case).id}/recipients"
    return desk.post(path, {"act": act, "email": email}, page=f"/cases/{case.id}").status_code


def test_the_others_of_the_mail_are_offered_with_their_marks(signed_in: WebDesk, case: CaseRow) -> None:
    page = signed_in.get(f"/cases/{case.id}").text
    assert "nobody else" in page
    assert "2 others on the customer’s mail get nothing" in page
    assert "a list: everybody on it would read the answer" in page


def test_adding_somebody_changes_what_an_approval_names(signed_in: WebDesk, case: CaseRow) -> None:
    before = signed_in.get(f"/cases/{case.id}").text
    assert choose(signed_in, case, "add:bo@torv.example") == 303
    page = signed_in.get(f"/cases/{case.id}").text
    assert "Leave out bo@torv.example" in page
    assert shown_hash(page) != shown_hash(before)
    path = f"/cases/{case.id}/drafts/{draft_of(signed_in, case).id}/approve"
    refused = signed_in.post(path, {"content_hash": shown_hash(before)}, page=f"/cases/{case.id}")
    assert refused.status_code == 409
    assert "who receives it" in refused.text
    accepted = signed_in.post(path, {"content_hash": shown_hash(page)}, page=f"/cases/{case.id}")
    assert accepted.status_code == 303
    with signed_in.house.store.reading() as session:
        assert session.query(OutboxRow).one().cc == ["bo@torv.example"]


def test_whoever_writes_sees_who_gets_it(signed_in: WebDesk, case: CaseRow) -> None:
    choose(signed_in, case, "add:bo@torv.example")
    page = signed_in.get(f"/cases/{case.id}?act=edit").text
    assert 'class="rc-l rc-only"' in page
    assert "bo@torv.example" in page
    path = f"/cases/{case.id}/drafts/{draft_of(signed_in, case).id}/reject"
    signed_in.post(path, {"reason": "wrong"}, page=f"/cases/{case.id}")
    own = signed_in.get(f"/cases/{case.id}?act=write").text
    assert 'class="rc-l rc-only"' in own
    assert "nobody else" in own, "a reply of one's own goes to the sender alone"


def test_a_wrong_address_is_said_and_changes_nothing(signed_in: WebDesk, case: CaseRow) -> None:
    assert choose(signed_in, case, "add", "not an address") == 422
    assert choose(signed_in, case, "add", signed_in.mailbox.address) == 422
    assert choose(signed_in, case, "wreck") == 422
    assert draft_of(signed_in, case).cc == []


def test_a_letter_says_how_far_it_came_in_the_servers_own_words(
    signed_in: WebDesk, rows: Session, case: CaseRow
) -> None:
    now, draft = signed_in.house.clock(), draft_of(signed_in, case)
    letter = a_letter(rows, now, case, draft, state="sent", sent_at=now, delivered_to=["anne@torv.example"],
                      outcome="The server answered: 250 2.0.0 Ok: queued as 4AB")  # fmt: skip
    rows.add(
        MessageRow(mailbox_id=case.mailbox_id, case_id=case.id, direction="out", message_id=letter.message_id,
                   from_email="support@nordlys.example", received_at=now, text="Genstart den.", kind="reply")
    )  # fmt: skip
    rows.commit()
    page = signed_in.get(f"/cases/{case.id}").text
    assert "Accepted by the mail server at" in page
    assert "250 2.0.0 Ok: queued as 4AB" in page
    letter.returned_at, letter.returned_status = now, "5.1.1"
    letter.returned_words = "550 5.1.1 <script>"
    rows.commit()
    page = signed_in.get(f"/cases/{case.id}").text
    assert "The address does not exist." in page
    assert "550 5.1.1 &lt;script&gt;" in page
    assert "Accepted by the mail server" not in page, "what came back is not said to have been taken"


def test_a_refused_letter_is_tried_again_by_one_press_and_a_doubtful_one_never(
    signed_in: WebDesk, rows: Session, case: CaseRow
) -> None:
    import hashlib

    now, draft = signed_in.house.clock(), draft_of(signed_in, case)
    content = b"Subject: x\r\n\r\nx\r\n"
    letter = a_letter(rows, now, case, draft, state="failed", outcome="The server answered: 550 no", attempts=1,
                      content=content)  # fmt: skip
    letter.content_hash = hashlib.sha256(content).hexdigest()
    rows.commit()
    page = signed_in.get(f"/cases/{case.id}").text
    assert f"/outbox/{letter.id}/try-again" in page
    answer = signed_in.post(f"/outbox/{letter.id}/try-again", page=f"/cases/{case.id}")
    assert answer.status_code == 303
    rows.refresh(letter)
    assert letter.state == "waiting"
    letter.state = "uncertain"
    rows.commit()
    assert "/try-again" not in signed_in.get(f"/cases/{case.id}").text
    assert signed_in.post(f"/outbox/{letter.id}/try-again", page=f"/cases/{case.id}").status_code == 409


def test_a_letter_from_before_a_restore_is_told_as_such(
    signed_in: WebDesk, case: CaseRow, rows: Session
) -> None:
    letter = a_letter(rows, signed_in.house.clock(), case, draft_of(signed_in, case))
    rows.commit()
    with signed_in.house.store.writing() as unit:
        hold_outbox(unit, signed_in.house)
    problems = signed_in.get("/problems").text
    assert "Letters that waited are not sent by themselves" in problems
    assert "this letter may have left before" in problems
    assert f"/outbox/{letter.id}/settle" in problems
    page = signed_in.get(f"/cases/{case.id}").text
    assert "The database was restored from a backup, and we never send twice" in page
    assert "The connection broke" not in page


class Interpreter:
    """Says everything in capitals, or fails as often as it is told to."""

    def __init__(self, problems: Sequence[Exception] = ()) -> None:
        self.problems = list(problems)
        self.seen: list[str] = []

    def translate(self, text: RedactedText, *, source: str, target: str) -> Translation:
        self.seen.append(text.shareable())
        if self.problems:
            raise self.problems.pop()
        return Translation(f"{source}>{target}: {text.shareable()}", "m", "translate/v1/en", 3, 4)


def translated(desk: WebDesk, case: CaseRow, what: str, number: int) -> None:
    path = f"/cases/{case.id}/{what}/{number}/translate"
    assert desk.post(path, page=f"/cases/{case.id}").status_code == 303
    desk.house.work()


def test_without_a_model_the_language_is_named_and_there_is_no_button(
    signed_in: WebDesk, case: CaseRow
) -> None:
    page = signed_in.get(f"/cases/{case.id}").text
    assert "Written in Danish" in page
    assert "Show in my language" not in page
    path = f"/cases/{case.id}/messages/{case.latest_in_id}/translate"
    assert signed_in.post(path, page=f"/cases/{case.id}").status_code == 422


def test_mail_and_draft_are_shown_in_the_readers_language_and_marked_as_a_machines(
    signed_in: WebDesk, case: CaseRow
) -> None:
    signed_in.house.understanding.translator = interpreter = Interpreter()
    assert signed_in.get(f"/cases/{case.id}").text.count("Show in my language") == 2
    assert case.latest_in_id
    translated(signed_in, case, "messages", case.latest_in_id)
    translated(signed_in, case, "drafts", draft_of(signed_in, case).id)
    page = signed_in.get(f"/cases/{case.id}").text
    assert page.count("Translated by a machine") == 2
    assert "da&gt;en: Genstart den." in page
    translated(signed_in, case, "messages", case.latest_in_id)
    assert len(interpreter.seen) == 2, "it is kept for everybody"


@pytest.mark.parametrize(("length", "is_said"), [(MOST, False), (MOST + 1, True)])
def test_a_translation_that_was_cut_says_so_where_it_ends(
    signed_in: WebDesk, rows: Session, length: int, is_said: bool
) -> None:
    signed_in.house.understanding.translator = Interpreter()
    case = a_case(rows, signed_in.house.clock(), signed_in.mailbox, language="da")
    mail = a_message(rows, signed_in.house.clock(), case, text="n" * length)
    rows.commit()
    assert "only the first" not in signed_in.get(f"/cases/{case.id}").text, "nothing was translated yet"
    translated(signed_in, case, "messages", mail.id)
    page = signed_in.get(f"/cases/{case.id}").text
    assert "Translated by a machine" in page
    assert ("only the first 8,000 characters of the text were translated" in page) is is_said


def test_what_is_counted_is_what_the_model_saw(signed_in: WebDesk, rows: Session) -> None:
    """Names that are hidden make a text longer or shorter."""
    signed_in.house.understanding.translator = Interpreter()
    case = a_case(rows, signed_in.house.clock(), signed_in.mailbox, language="da")
    mail = a_message(rows, signed_in.house.clock(), case, text="n" * MOST)
    mail.redacted_new_text = "n" * (MOST + 1)
    rows.commit()
    translated(signed_in, case, "messages", mail.id)
    assert "only the first 8,000 characters" in signed_in.get(f"/cases/{case.id}").text


def test_a_failed_translation_says_why_and_can_be_tried_again(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.house.understanding.translator = Interpreter([ModelUnavailable("The model is away.")])
    assert case.latest_in_id
    translated(signed_in, case, "messages", case.latest_in_id)
    page = signed_in.get(f"/cases/{case.id}").text
    assert "The model is away." in page
    assert "Try again" in page
    translated(signed_in, case, "messages", case.latest_in_id)
    with signed_in.house.store.reading() as session:
        assert session.query(TranslationRow).one().state == "ready"


def test_a_worker_that_died_is_followed_by_another(signed_in: WebDesk, case: CaseRow) -> None:
    from agent.desk.steps.sweeping import sweep

    signed_in.house.understanding.translator = Interpreter()
    path = f"/cases/{case.id}/messages/{case.latest_in_id}/translate"
    signed_in.post(path, page=f"/cases/{case.id}")
    signed_in.house.doorbell.rung.clear()
    with signed_in.house.store.writing() as unit:
        row = unit.session.query(TranslationRow).one()
        row.state, row.lease_until = "working", signed_in.house.clock() + timedelta(minutes=5)
    signed_in.house.clock.advance(seconds=400)
    sweep(signed_in.house.house)
    signed_in.house.work()
    with signed_in.house.store.reading() as session:
        assert session.query(TranslationRow).one().state == "ready"


def test_a_text_of_another_case_is_not_translated_here(
    signed_in: WebDesk, rows: Session, case: CaseRow
) -> None:
    signed_in.house.understanding.translator = Interpreter()
    other = a_case(rows, signed_in.house.clock(), signed_in.mailbox)
    mail = a_message(rows, signed_in.house.clock(), other)
    rows.commit()
    path = f"/cases/{case.id}/messages/{mail.id}/translate"
    assert signed_in.post(path, page=f"/cases/{case.id}").status_code == 404
