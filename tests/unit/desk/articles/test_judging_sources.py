"""What people say of sources, how a reply shows it, and that it goes with case and document."""

import pytest
from sqlalchemy import select

from agent.desk.articles.judging_sources import LearntUsefulness, judge_source, verdicts_of
from agent.desk.articles.remembering import remove_document
from agent.desk.customers.rights import erase_customer, export_customer
from agent.errors import NotFound, WrongUse
from agent.store.tables import AuditRow, PersonRow, SourceVoteRow
from tests.house import TestHouse
from tests.unit.desk.conftest import ARTICLE, approve_newest, only_case


def judge(home: TestHouse, verdict: str, *, person: PersonRow | None = None, document: str = "kb-1") -> str:
    case_id = only_case(home).id
    with home.store.writing() as unit:
        return judge_source(
            unit, home.house, case_id=case_id, document_id=document, verdict=verdict,
            person=person or home.person,
        )  # fmt: skip


def votes(home: TestHouse) -> list[str]:
    with home.store.reading() as session:
        return [row.verdict for row in session.scalars(select(SourceVoteRow).order_by(SourceVoteRow.id))]


def test_one_persons_word_counts_once_and_can_be_changed(home: TestHouse, receive) -> None:
    receive()
    assert judge(home, "helped") == "helped"
    home.clock.advance(seconds=5)
    assert judge(home, "not_helped") == "not_helped"
    assert votes(home) == ["not_helped"]


def test_saying_the_same_again_takes_it_back_and_both_stand_in_the_trail(home: TestHouse, receive) -> None:
    receive()
    judge(home, "helped")
    assert judge(home, "helped") == ""
    assert votes(home) == []
    with home.store.reading() as session:
        actions = session.scalars(select(AuditRow.action).where(AuditRow.subject == "document:kb-1")).all()
    assert actions == ["source.judged", "source.judgement_undone"]


def test_each_person_sees_their_own_word(home: TestHouse, receive) -> None:
    receive()
    judge(home, "helped")
    judge(home, "not_helped", person=home.other)
    with home.store.reading() as session:
        assert verdicts_of(session, only_case(home).id, home.person.id) == {"kb-1": "helped"}


def test_the_next_search_knows_it_without_a_restart(home: TestHouse, receive) -> None:
    receive()
    learnt = LearntUsefulness(home.store)
    category = only_case(home).category
    assert learnt().prior("kb-1", category) == 0
    judge(home, "helped")
    assert learnt().prior("kb-1", category) > 0
    home.clock.advance(seconds=5)
    judge(home, "not_helped")
    assert learnt().prior("kb-1", category) < 0
    judge(home, "not_helped")
    assert learnt().prior("kb-1", category) == 0


def test_two_people_of_one_case_are_one_case(home: TestHouse, receive) -> None:
    receive()
    judge(home, "helped")
    judge(home, "helped", person=home.other)
    assert LearntUsefulness(home.store)().record("kb-1", only_case(home).category).helped == 1


def test_a_sent_reply_that_quotes_a_source_counts_weakly_and_a_taken_back_one_does_not(
    home: TestHouse, receive
) -> None:
    receive()
    approve_newest(home)
    assert votes(home) == []
    home.clock.advance(seconds=11)
    home.doorbell.rung = [("deliver", row_id) for task, row_id in home.doorbell.rung if task == "deliver"]
    if not home.doorbell.rung:
        home.doorbell.rung.append(("deliver", 1))
    home.work()
    assert votes(home) == ["quoted"]
    record = LearntUsefulness(home.store)().record("kb-1", only_case(home).category)
    assert (record.helped, record.quoted) == (0, 1)


def test_it_goes_with_the_document(home: TestHouse, receive) -> None:
    receive()
    judge(home, "helped")
    with home.store.writing() as unit:
        remove_document(unit, ARTICLE.id)
    assert votes(home) == []


def test_it_is_exported_and_erased_with_the_customer(home: TestHouse, receive) -> None:
    receive()
    judge(home, "helped")
    email = only_case(home).customer_email
    with home.store.reading() as session:
        assert [row["verdict"] for row in export_customer(session, email)["source_votes"]] == ["helped"]
    with home.store.writing() as unit:
        receipt = erase_customer(unit, home.house, email, actor="system")
    assert receipt.done["source_votes"] == 1
    assert votes(home) == []


@pytest.mark.parametrize(
    ("verdict", "document", "error"), [("great", "kb-1", WrongUse), ("helped", "kb-9", NotFound)]
)
def test_what_cannot_be_meant_is_refused(
    home: TestHouse, receive, verdict: str, document: str, error: type[Exception]
) -> None:
    receive()
    with pytest.raises(error):
        judge(home, verdict, document=document)
