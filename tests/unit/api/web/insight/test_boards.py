"""The boards as pages: leads leaf through days, weeks and months; agents are sent to their own figures."""

from datetime import timedelta

import pytest

from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.insight.test_figures import answered


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


@pytest.mark.parametrize("board", ["day", "week", "month", "quarter"])
def test_each_board_shows_figures_that_open_and_say_what_they_count(lead: WebDesk, board: str) -> None:
    answered(lead, 12)
    page = lead.get(f"/insight/{board}")
    assert page.status_code == 200
    assert "/insight/cases?span=custom" in page.text
    assert "Spam is left out" in page.text
    today = lead.house.clock().astimezone(lead.house.house.company.zone).date()
    assert f'href="/insight/{board}?on={today}" aria-current="page"' in page.text


def test_one_leafs_back_and_no_further_than_today(lead: WebDesk) -> None:
    today = lead.house.clock().astimezone(lead.house.house.company.zone).date()
    yesterday = today - timedelta(days=1)
    assert 'rel="next"' not in lead.get("/insight/day").text
    before = lead.get(f"/insight/day?on={yesterday}").text
    assert f"/insight/day?on={today}" in before
    assert f"/insight/day?on={yesterday - timedelta(days=1)}" in before
    assert lead.get(f"/insight/day?on={today + timedelta(days=1)}").status_code == 422


def test_the_page_that_is_mailed_can_be_kept(lead: WebDesk) -> None:
    kept = lead.get("/insight/report.html?kind=monthly")
    assert kept.status_code == 200
    assert "attachment" in kept.headers["Content-Disposition"]
    assert kept.text.startswith("<!DOCTYPE html>")
    assert "Return on investment" in kept.text


def test_agents_see_no_board_and_no_way_to_one(desk: WebDesk) -> None:
    assert desk.sign_in().status_code == 303
    for path in ("/insight/day", "/insight/week", "/insight/month", "/insight/report.html?kind=daily"):
        assert desk.get(path).status_code == 403
    assert "/insight/day" not in desk.get("/insight").text
