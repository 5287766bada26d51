"""A link is good for one purpose and a limited time, and nothing can be guessed or altered."""

from dataclasses import replace

import pytest

from agent.company import Company
from agent.desk.feedback.surveys.links import (
    LinkOver,
    Purpose,
    UnknownLink,
    base_url,
    make_token,
    open_link_url,
    opt_out_url,
    read_token,
    survey_url,
)
from agent.store.tables import SurveyLinkRow
from tests.house import TestHouse


def _token(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def test_a_link_names_the_request_and_nothing_else(home: TestHouse) -> None:
    url = survey_url(home.house, 71, score=9)

    assert url.endswith("?score=9")
    assert len(_token(url)) == 32  # short enough for an SMS
    assert read_token(home.house, _token(url), Purpose.SURVEY).id == 71


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.SURVEY])
def test_a_link_to_answer_is_good_for_nothing_else(home: TestHouse, purpose: Purpose) -> None:
    with pytest.raises(UnknownLink):
        read_token(home.house, _token(survey_url(home.house, 71)), purpose)


def test_each_single_character_counts(home: TestHouse) -> None:
    token = _token(survey_url(home.house, 71))
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(UnknownLink):
            read_token(home.house, token[:place] + other + token[place + 1 :], Purpose.SURVEY)


@pytest.mark.parametrize("token", ["", "x", "é" * 32, "A" * 32, "A" * 31, "A" * 400, "../../etc/passwd"])
def test_what_is_no_token_is_unknown(home: TestHouse, token: str) -> None:
    with pytest.raises(UnknownLink):
        read_token(home.house, token, *Purpose)


def test_another_house_does_not_know_our_links(home: TestHouse) -> None:
    other = replace(home.house, secret_key=b"another key")
    with pytest.raises(UnknownLink):
        read_token(other, _token(survey_url(home.house, 71)), Purpose.SURVEY)


def test_a_link_runs_out_but_not_to_be_asked_lasts_longer(home: TestHouse) -> None:
    survey, opt_out = survey_url(home.house, 71), opt_out_url(home.house, 71)
    home.clock.advance(days=59)
    assert read_token(home.house, _token(survey), Purpose.SURVEY)
    home.clock.advance(days=2)
    with pytest.raises(LinkOver):
        read_token(home.house, _token(survey), Purpose.SURVEY)
    home.clock.advance(days=900)
    assert read_token(home.house, _token(opt_out), Purpose.OPT_OUT).id == 71


def test_a_company_sets_how_long_links_work(home: TestHouse) -> None:
    house = replace(home.house, company=Company(overrides={"feedback": {"links": {"survey": {"days": 2}}}}))
    token = _token(survey_url(house, 71))
    home.clock.advance(days=3)
    with pytest.raises(LinkOver):
        read_token(house, token, Purpose.SURVEY)


def test_an_open_link_has_no_end_of_its_own(home: TestHouse) -> None:
    row = SurveyLinkRow(id=4, kind="qr", name="x", survey="ces", created_at=home.clock())
    token = _token(open_link_url(home.house, row))
    home.clock.advance(days=9_000)
    assert read_token(home.house, token, Purpose.OPEN).ends_at is None


def test_customers_may_reach_surveys_at_an_address_of_their_own(home: TestHouse) -> None:
    house = replace(home.house, desk_url="http://desk.internal", surveys_url="https://ask.nordlys.example")
    assert survey_url(house, 1).startswith("https://ask.nordlys.example/s/")
    assert base_url(replace(house, surveys_url="")) == "http://desk.internal"


def test_a_widget_is_no_page_of_its_own(home: TestHouse) -> None:
    token = make_token(home.house, Purpose.WIDGET, 4)
    with pytest.raises(UnknownLink):
        read_token(home.house, token, Purpose.OPEN)
