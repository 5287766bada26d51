"""How a style profile grows: it follows what is shown again and again, and what a person set."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.customers.profile import TRAITS, Impression, Sign, StyleProfile, choose, freeze, grow
from agent.errors import WrongUse

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def mail(day: float = 0, mood: float = 0.0, weight: float = 1.0, **levels: str) -> Impression:
    signs = {trait: Sign(level, weight) for trait, level in levels.items()}
    return Impression(START + timedelta(days=day), signs, mood)


def grown(*mails: Impression, onto: StyleProfile = StyleProfile()) -> StyleProfile:
    for one in mails:
        onto = grow(onto, one)
    return onto


def levels_of(trait: str) -> st.SearchStrategy[str]:
    return st.sampled_from(TRAITS[trait])


@st.composite
def any_mail(draw: st.DrawFn) -> Impression:
    traits = draw(st.lists(st.sampled_from(sorted(TRAITS)), unique=True))
    return Impression(
        START + timedelta(days=draw(st.floats(0, 2000))),
        {trait: Sign(draw(levels_of(trait)), draw(st.floats(0.1, 1))) for trait in traits},
        draw(st.floats(-1, 1)),
    )


@given(trait=st.sampled_from(sorted(TRAITS)), count=st.integers(1, 40), data=st.data())
def test_one_unusual_mail_never_turns_a_level_that_mails_before_it_agreed_on(
    trait: str, count: int, data: st.DataObject
) -> None:
    usual, unusual = data.draw(st.lists(levels_of(trait), min_size=2, max_size=2, unique=True))
    before = grown(*(mail(day, **{trait: usual}) for day in range(count)))
    after = grow(before, mail(count, **{trait: unusual}))
    assert after.trait(trait).learnt == usual
    assert after.trait(trait).confidence < before.trait(trait).confidence


@given(trait=st.sampled_from(sorted(TRAITS)), count=st.integers(1, 40), data=st.data())
def test_a_lasting_change_is_followed_within_six_mails(trait: str, count: int, data: st.DataObject) -> None:
    old, new = data.draw(st.lists(levels_of(trait), min_size=2, max_size=2, unique=True))
    profile = grown(*(mail(day, **{trait: old}) for day in range(count)))
    profile = grown(*(mail(count + day, **{trait: new}) for day in range(6)), onto=profile)
    assert profile.trait(trait).learnt == new


@given(mails=st.lists(any_mail(), max_size=12))
def test_confidence_and_mood_stay_within_bounds_and_every_mail_counts_once(mails: list[Impression]) -> None:
    profile = grown(*mails)
    assert profile.mails == len(mails)
    assert all(0 <= trait.confidence < 1 for trait in profile.traits.values())
    assert -1 <= profile.mood.recent <= 1
    assert -1 <= profile.mood.usual <= 1
    assert grown(*mails) == profile


@given(mails=st.lists(any_mail(), max_size=8), trait=st.sampled_from(sorted(TRAITS)), data=st.data())
def test_what_a_person_set_stays_and_taking_it_back_shows_what_was_learnt_meanwhile(
    mails: list[Impression], trait: str, data: st.DataObject
) -> None:
    level = data.draw(levels_of(trait))
    profile = grown(*mails, onto=choose(StyleProfile(), trait, level))
    assert profile.trait(trait).level == level
    assert profile.trait(trait).confidence == 1
    assert choose(profile, trait, "").trait(trait).level == grown(*mails).trait(trait).level


@given(mails=st.lists(any_mail(), max_size=5), later=st.lists(any_mail(), max_size=5))
def test_a_frozen_profile_learns_nothing_until_it_is_thawed(
    mails: list[Impression], later: list[Impression]
) -> None:
    profile = grown(*mails)
    frozen = grown(*later, onto=freeze(profile, frozen=True))
    assert freeze(frozen, frozen=False) == profile


def test_confidence_grows_with_mails_that_agree() -> None:
    seen = [
        grown(*(mail(day, formality="formal") for day in range(count))).trait("formality").confidence
        for count in (1, 2, 3, 8)
    ]
    assert seen == sorted(seen)
    assert seen[0] == pytest.approx(0.5)
    assert seen[1] > 0.6


def test_a_mail_of_three_words_shows_less_than_a_letter() -> None:
    short = grown(mail(formality="informal", weight=0.1), mail(formality="formal"))
    assert short.trait("formality").learnt == "formal"


def test_what_was_shown_years_ago_gives_way_to_a_single_mail() -> None:
    profile = grown(mail(0, formality="formal"), mail(1200, formality="informal"))
    assert profile.trait("formality").learnt == "informal"


def test_a_trait_that_a_mail_says_nothing_of_keeps_its_confidence() -> None:
    profile = grown(mail(0, address="polite"), mail(1, address="polite"))
    assert grow(profile, mail(2, formality="formal")).trait("address") == profile.trait("address")


@pytest.mark.parametrize(
    ("moods", "trend"),
    [((0, 0, 0), "steady"), ((0.8, 0.8, -0.8), "falling"), ((-0.8, -0.8, 0.0), "rising"), ((-1,), "steady")],
)
def test_the_trend_of_the_mood(moods: tuple[float, ...], trend: str) -> None:
    assert grown(*(mail(day, mood) for day, mood in enumerate(moods))).mood.trend == trend


@pytest.mark.parametrize(("trait", "level"), [("formality", "expert"), ("smell", "sweet")])
def test_an_unknown_level_or_trait_cannot_be_set(trait: str, level: str) -> None:
    with pytest.raises(WrongUse):
        choose(StyleProfile(), trait, level)
