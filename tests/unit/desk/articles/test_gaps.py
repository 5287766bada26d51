"""What nothing good was found for is remembered, reported by what it asks, and forgotten in time."""

from datetime import timedelta

from sqlalchemy import select

from agent.desk.articles.gaps import forget_gaps, gap_report
from agent.desk.customers.rights import erase_customer
from agent.store.tables import GapRow
from knowledge.search import Match
from tests.house import TestHouse
from tests.unit.desk.conftest import ARTICLE, letter, only_case


def ask(home: TestHouse, receive, number: int, subject: str, score: float = 0.2) -> None:
    home.understanding.matches = [Match(ARTICLE, score, ARTICLE.body)]
    sender = f"Customer <c{number}@customer.example>"
    receive(
        letter("How is it done?", sender=sender, subject=subject, message_id=f"<{number}@customer.example>")
    )


def report(home: TestHouse) -> list[tuple[int, str]]:
    with home.store.reading() as session:
        return [(len(gap.asks), gap.category) for gap in gap_report(session, home.clock())]


def test_a_mail_with_a_good_source_leaves_no_gap(home: TestHouse, receive) -> None:
    ask(home, receive, 1, "Printing labels", score=0.8)
    assert report(home) == []


def test_the_same_question_of_several_customers_is_one_gap_and_comes_first(home: TestHouse, receive) -> None:
    ask(home, receive, 1, "Opening hours")
    ask(home, receive, 2, "Printing labels")
    ask(home, receive, 3, "Printing labels")
    assert report(home) == [(2, "technical"), (1, "technical")]


def test_it_names_what_was_nearest_and_the_question(home: TestHouse, receive) -> None:
    ask(home, receive, 1, "Printing labels")
    with home.store.reading() as session:
        row = gap_report(session, home.clock())[0].asks[0].row
    assert (row.nearest_id, row.nearest_score) == (ARTICLE.id, 0.2)
    assert row.question


def test_nothing_found_at_all_is_a_gap_too(home: TestHouse, receive) -> None:
    home.understanding.matches = []
    receive()
    assert report(home) == [(1, "technical")]


def test_what_is_older_than_the_report_is_left_out_and_then_forgotten(home: TestHouse, receive) -> None:
    ask(home, receive, 1, "Printing labels")
    home.clock.advance(days=31)
    assert report(home) == []
    home.clock.now += timedelta(days=60)
    with home.store.writing() as unit:
        forget_gaps(unit.session, home.clock())
    with home.store.reading() as session:
        assert session.scalars(select(GapRow)).all() == []


def test_spam_is_no_gap(home: TestHouse, receive) -> None:
    ask(home, receive, 1, "Printing labels")
    with home.store.writing() as unit:
        unit.session.merge(only_case(home)).state = "spam"
    assert report(home) == []


def test_it_is_erased_with_the_customer(home: TestHouse, receive) -> None:
    ask(home, receive, 1, "Printing labels")
    with home.store.writing() as unit:
        receipt = erase_customer(unit, home.house, "c1@customer.example", actor="system")
    assert receipt.done["gaps"] == 1
    assert report(home) == []
