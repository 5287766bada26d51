"""Who says no is left alone, until they say otherwise themselves."""

import pytest

from agent.desk.feedback.sending.opting_out import ask_again, opt_out
from agent.desk.feedback.surveys.links import UnknownLink, opt_out_url, survey_url
from agent.errors import WrongUse
from agent.store.tables import AuditRow, FeedbackOptOutRow
from tests.house import TestHouse
from tests.unit.desk.feedback.requests import asked


def _opt_outs(home: TestHouse) -> list[tuple[str, str]]:
    with home.store.reading() as session:
        return [(row.what, row.origin) for row in session.query(FeedbackOptOutRow)]


def _token(home: TestHouse) -> str:
    with home.store.writing() as unit:
        request = asked(unit.session, home)
    return opt_out_url(home.house, request.id).rpartition("/")[2]


def test_saying_no_twice_is_one_no_in_the_audit_trail(home: TestHouse) -> None:
    token = _token(home)
    for origin in ("header", "link"):
        with home.store.writing() as unit:
            opt_out(unit, home.house, token, origin=origin)
    assert _opt_outs(home) == [("all", "header")]
    with home.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="feedback.opted_out").count() == 1


def test_one_survey_may_be_refused_alone_and_no_other_name_can_be_sent(home: TestHouse) -> None:
    token = _token(home)
    with home.store.writing() as unit:
        opt_out(unit, home.house, token, origin="link", what="ces")
    assert _opt_outs(home) == [("ces", "link")]
    with pytest.raises(WrongUse), home.store.writing() as unit:
        opt_out(unit, home.house, token, origin="link", what="email")


def test_the_way_back_leaves_what_a_colleague_wrote_down(home: TestHouse) -> None:
    token = _token(home)
    with home.store.writing() as unit:
        request = opt_out(unit, home.house, token, origin="link", what="ces")
        unit.session.add(
            FeedbackOptOutRow(
                customer_id=request.customer_id, what="all", origin="person", created_at=home.clock()
            )
        )
    with home.store.writing() as unit:
        ask_again(unit, home.house, token)
    assert _opt_outs(home) == [("all", "person")]


def test_a_link_to_answer_cannot_opt_anybody_out(home: TestHouse) -> None:
    _token(home)
    token = survey_url(home.house, 1).rpartition("/")[2]
    with pytest.raises(UnknownLink), home.store.writing() as unit:
        opt_out(unit, home.house, token, origin="link")
