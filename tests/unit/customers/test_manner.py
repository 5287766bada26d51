"""The profile blended with the mail at hand: who wins over whom."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.customers.manner import manner_for
from agent.customers.profile import Impression, Sign, StyleProfile, choose, grow
from agent.triage.reading import Style

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MAIL = Style(formality="informal", expertise="practitioner", length="short", emotion="pressed")


def learnt(count: int, **levels: str) -> StyleProfile:
    profile = StyleProfile()
    for day in range(count):
        profile = grow(
            profile,
            Impression(AT + timedelta(days=day), {trait: Sign(level) for trait, level in levels.items()}),
        )
    return profile


def test_without_a_profile_the_mail_alone_counts() -> None:
    assert manner_for(StyleProfile(), MAIL, outright={}).style == MAIL


def and_this_mail(profile: StyleProfile) -> StyleProfile:
    """The profile once it has counted the mail that is to be answered, as it always has."""
    signs = {"formality": Sign(MAIL.formality)}
    return grow(profile, Impression(AT + timedelta(days=profile.mails), signs))


def test_against_an_unusual_mail_one_earlier_mail_is_not_enough() -> None:
    known = and_this_mail(learnt(1, formality="formal"))
    assert manner_for(known, MAIL, outright={}).style.formality == "informal"


@given(st.integers(2, 40))
def test_against_an_unusual_mail_two_or_more_alike_are_followed(count: int) -> None:
    known = and_this_mail(learnt(count, formality="formal"))
    assert manner_for(known, MAIL, outright={}).style.formality == "formal"


def test_what_the_mail_says_outright_wins_over_what_was_learnt() -> None:
    known = learnt(5, formality="formal", address="polite")
    blended = manner_for(known, MAIL, outright={"address": "familiar", "formality": "informal"})
    assert (blended.address, blended.style.formality) == ("familiar", "informal")


def test_what_a_person_set_wins_over_everything() -> None:
    known = choose(learnt(5, address="familiar"), "address", "polite")
    assert manner_for(known, MAIL, outright={"address": "familiar"}).address == "polite"


def test_the_feeling_is_always_that_of_this_mail() -> None:
    assert manner_for(learnt(9, formality="formal"), MAIL, outright={}).style.emotion == "pressed"


def test_a_role_brings_its_usual_length_until_the_mails_say_otherwise() -> None:
    assert (
        manner_for(StyleProfile(), MAIL, outright={}, recorded_role="technician").style.length == "detailed"
    )
    known = learnt(3, length="short", role="technician")
    assert manner_for(known, MAIL, outright={}).style.length == "short"


def test_what_customers_call_themselves_stands_above_the_record() -> None:
    assert manner_for(learnt(1, role="it"), MAIL, outright={}, recorded_role="purchaser").role == "it"
    assert manner_for(StyleProfile(), MAIL, outright={}, recorded_role="purchaser").role == "purchaser"


def test_a_beginner_by_expertise_is_one_by_role() -> None:
    assert manner_for(learnt(3, expertise="beginner"), MAIL, outright={}).role == "beginner"
