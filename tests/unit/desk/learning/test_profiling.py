"""Profiles grow from mails, once each; drafts follow them; people and customers have the last word."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from agent.customers.profile import StyleProfile
from agent.desk.customers.rights import erase_customer, export_customer, object_to, withdraw_objection
from agent.desk.learning import profiling
from agent.desk.steps.pipeline import STEPS, run_step
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, CustomerStyleMailRow, CustomerStyleRow, MessageRow
from agent.triage.reading import LanguageGuess, Style
from tests.house import CALM, TestHouse
from tests.unit.desk.conftest import letter

ANNE = "anne@customer.example"
Receive = Callable[..., None]


def write(
    home: TestHouse, receive: Receive, number: int, text: str = "The app crashes.", **style: str
) -> None:
    """Anne writes a mail of her own, understood as having this style."""
    base = Style("informal", "practitioner", "short", "calm")
    home.understanding.reading = replace(CALM, style=replace(base, **style))
    home.clock.advance(days=1)
    long = f"{text} " * 12  # enough words to show how she writes
    receive(letter(long, subject=f"Help {number}", message_id=f"<{number}@customer.example>"))


def anne(home: TestHouse) -> CustomerRow:
    with home.store.reading() as session:
        return session.scalars(select(CustomerRow).where(CustomerRow.email == ANNE)).one()


def profile(home: TestHouse) -> StyleProfile:
    with home.store.reading() as session:
        return profiling.profile_of(session.get(CustomerStyleRow, anne(home).id))


def count(home: TestHouse, table: type) -> int:
    with home.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def change(home: TestHouse, act: Callable[[Unit], object]) -> None:
    with home.store.writing() as unit:
        act(unit)


def test_a_mail_grows_the_profile_of_its_sender_and_opens_a_record_where_there_is_none(
    home: TestHouse, receive: Receive
) -> None:
    write(home, receive, 1)
    assert profile(home).mails == 1
    assert profile(home).trait("formality").learnt == "informal"
    with home.store.reading() as session:
        assert session.query(CaseRow).one().customer_id == anne(home).id


def test_a_mail_counts_once_however_often_its_steps_are_rung(home: TestHouse, receive: Receive) -> None:
    write(home, receive, 1)
    with home.store.reading() as session:
        message_id = session.query(MessageRow.id).filter_by(direction="in").scalar()
    for step in STEPS:
        run_step(home.house, step.name, message_id)
    with home.store.writing() as unit:  # the step is repeated as after a restore of yesterday's backup
        unit.session.get_one(MessageRow, message_id).step = "prioritise"
    run_step(home.house, "prioritise", message_id)
    assert profile(home).mails == 1


def test_drafts_follow_what_was_shown_twice_and_not_one_unusual_mail(
    home: TestHouse, receive: Receive
) -> None:
    write(home, receive, 1, formality="formal", length="detailed")
    write(home, receive, 2, formality="formal", length="detailed")
    write(home, receive, 3, formality="informal", length="short")
    last = home.understanding.requests[-1]
    assert (last.reading.style.formality, last.reading.style.length) == ("formal", "detailed")


def test_a_form_of_address_said_outright_wins_over_the_profile(home: TestHouse, receive: Receive) -> None:
    home.understanding.reading = CALM
    german = replace(CALM, language=LanguageGuess("de", 0.99))
    for number, text in enumerate(("Bitte helfen Sie mir, können Sie das?",) * 3, start=1):
        home.understanding.reading = german
        receive(letter(text * 5, subject=f"Hilfe {number}", message_id=f"<{number}@customer.example>"))
    assert home.understanding.requests[-1].address == "polite"
    receive(letter("Kannst du mir helfen? Danke dir!", subject="Frage", message_id="<9@customer.example>"))
    assert home.understanding.requests[-1].address == "familiar"
    assert profile(home).trait("address").learnt == "polite"


def test_a_title_in_the_signature_becomes_the_role_and_nothing_else_of_it_is_kept(
    home: TestHouse, receive: Receive
) -> None:
    receive(letter("The app crashes, what now?\r\n\r\n-- \r\nAnne Berg\r\nService technician"))
    assert home.understanding.requests[-1].role == "technician"
    with home.store.reading() as session:
        kept = str([row.profile for row in session.query(CustomerStyleRow)])
        kept += str([row.shown for row in session.query(CustomerStyleMailRow)])
    assert "technician" in kept
    assert "Berg" not in kept


def test_what_a_person_sets_is_followed_and_a_frozen_profile_counts_no_mail(
    home: TestHouse, receive: Receive
) -> None:
    write(home, receive, 1)
    who = {"customer_id": anne(home).id, "person": home.person}
    change(home, lambda unit: profiling.set_level(unit, home.house, trait="length", level="detailed", **who))
    change(home, lambda unit: profiling.set_frozen(unit, home.house, frozen=True, **who))
    write(home, receive, 2)
    assert home.understanding.requests[-1].reading.style.length == "detailed"
    assert profile(home).mails == count(home, CustomerStyleMailRow) == 1
    change(home, lambda unit: profiling.set_frozen(unit, home.house, frozen=False, **who))
    write(home, receive, 3)
    assert profile(home).mails == 2


def test_a_deleted_profile_starts_anew(home: TestHouse, receive: Receive) -> None:
    write(home, receive, 1, formality="formal")
    change(
        home,
        lambda unit: profiling.forget(unit, home.house, customer_id=anne(home).id, person=home.person),
    )
    assert profile(home) == StyleProfile()
    write(home, receive, 2)
    assert (profile(home).mails, profile(home).trait("formality").learnt) == (1, "informal")


def test_an_objection_ends_the_profile_and_consent_starts_a_new_one(
    home: TestHouse, receive: Receive
) -> None:
    write(home, receive, 1)
    change(home, lambda unit: object_to(unit, home.house, ANNE, ["tone"], actor="test"))
    assert count(home, CustomerStyleRow) == count(home, CustomerStyleMailRow) == 0
    write(home, receive, 2)
    assert count(home, CustomerStyleRow) == 0
    assert home.understanding.requests[-1].reading.style.formality == "formal"  # the even tone
    with pytest.raises(Conflict):
        change(
            home,
            lambda unit: profiling.set_level(
                unit, home.house, customer_id=anne(home).id, trait="length", level="short", person=home.person
            ),
        )
    change(home, lambda unit: withdraw_objection(unit, home.house, ANNE, ["tone"], actor="test"))
    write(home, receive, 3)
    assert profile(home).mails == 1


def test_export_holds_the_profile_and_erasure_takes_it(home: TestHouse, receive: Receive) -> None:
    write(home, receive, 1)
    with home.store.reading() as session:
        exported = export_customer(session, ANNE)
    assert exported["customer_styles"][0]["profile"]["mails"] == 1
    assert len(exported["customer_style_mails"]) == 1
    change(home, lambda unit: erase_customer(unit, home.house, ANNE, actor="test"))
    assert [count(home, table) for table in (CustomerRow, CustomerStyleRow, CustomerStyleMailRow)] == [
        0,
        0,
        0,
    ]


def test_a_role_from_the_record_is_used_until_the_customer_says_another(
    home: TestHouse, receive: Receive
) -> None:
    with home.store.writing() as unit:
        unit.session.add(
            CustomerRow(email=ANNE, attributes={"title": "Head of Purchasing"}, created_at=home.clock())
        )
    write(home, receive, 1)
    assert home.understanding.requests[-1].role == "purchaser"


def test_unknown_customers_and_levels_are_refused_in_words(home: TestHouse, receive: Receive) -> None:
    with pytest.raises(NotFound):
        change(home, lambda unit: profiling.forget(unit, home.house, customer_id=99, person=home.person))
    write(home, receive, 1)
    with pytest.raises(WrongUse):
        change(
            home,
            lambda unit: profiling.set_level(
                unit,
                home.house,
                customer_id=anne(home).id,
                trait="length",
                level="endless",
                person=home.person,
            ),
        )
