"""The list that somebody works from stays the list: in a case, after an act, and on the way back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store.queries.case_list import View
from agent.store.queries.case_pages import Order
from agent.store.tables import CaseRow, SavedViewRow
from api.web.lists.place import Place, place_of
from tests.builders import a_case, a_message
from tests.unit.api.conftest import WebDesk

PLACES = st.builds(
    Place,
    view=st.sampled_from(View),
    sort=st.none() | st.sampled_from(Order),
    after=st.sampled_from(["", "2026-11-23T08:00:00+00:00~7", "none~3"]),
) | st.builds(Place, view=st.none(), words=st.text(min_size=1, max_size=80), after=st.just(""))


@given(PLACES)
def test_a_place_comes_back_as_it_was_written(place: Place) -> None:
    assert re.fullmatch(r"[\w-]+", str(place))
    assert place_of(str(place)) == place


@pytest.mark.parametrize("text", ["", "nowhere", "at-", "at-%%%", "at-c2F2ZWQ9eA", "at-_w"])
def test_what_is_no_place_is_the_view_that_waits_for_approval(text: str) -> None:
    assert place_of(text) == Place()


def refunds(desk: WebDesk, count: int = 3) -> list[int]:
    """So many cases about refunds, and as many others between them, each due a minute after the one before."""
    now, found = desk.house.clock(), []
    with desk.house.store.writing() as unit:
        for number in range(2 * count):
            word = "refund" if number % 2 else "other"
            case = a_case(
                unit.session, now + timedelta(seconds=number), desk.mailbox, subject=f"{word} {number}",
                respond_by=now + timedelta(minutes=number),
            )  # fmt: skip
            a_message(unit.session, now, case, text=f"About a {word}.")
            if number % 2:
                found.append(case.id)
    return found


def opened(html: str, case_id: int) -> str:
    """Where a list leads to for this case."""
    found = re.search(rf'href="(/cases/{case_id}\?view=[^"]*)"', html)
    assert found
    return unescape(found[1])


def shown(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', html)]


@pytest.mark.parametrize("saved", [False, True])
def test_a_case_of_a_search_stands_beside_that_search_and_leads_on_in_it(
    signed_in: WebDesk, saved: bool
) -> None:
    first, second, third = refunds(signed_in)
    place = "/search?q=refund+sort%3Aoldest"
    if saved:
        place = signed_in.post("/saved", {"q": "refund sort:oldest", "name": "Refunds"}).headers["location"]
    listed = signed_in.get(place).text
    assert shown(listed) == [first, second, third]
    case = signed_in.get(opened(listed, second)).text
    assert shown(case) == [first, second, third]
    back = re.search(r'class="btn btn-0 btn-ic back" href="([^"]*)"', case)
    assert back
    assert shown(signed_in.get(unescape(back[1])).text) == [first, second, third]
    view = re.search(r'name="view" value="([^"]*)"', case)
    assert view
    after = signed_in.post(f"/cases/{second}/correct", {"state": "done", "view": view[1]}).headers["location"]
    assert after.startswith(f"/cases/{third}?view={view[1]}")


def test_the_order_and_the_page_of_a_list_are_kept(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        ids = [
            a_case(unit.session, now + timedelta(seconds=n), signed_in.mailbox, draft_state="ready").id
            for n in range(60)
        ]
    first = signed_in.get("/views/approval?sort=newest").text
    assert shown(first)[:2] == [ids[-1], ids[-2]]
    further = re.search(r'href="([^"]*)" rel="next"', first)
    assert further
    second = signed_in.get(unescape(further[1])).text
    last = shown(second)[1]
    case = signed_in.get(opened(second, last)).text
    assert shown(case) == shown(second)
    assert f'id="row-{last}"' in case
    assert 'aria-current="true"' in case


def test_a_view_that_somebody_else_keeps_to_themselves_is_not_reached(signed_in: WebDesk) -> None:
    (first, *_) = refunds(signed_in)
    with signed_in.house.store.writing() as unit:
        unit.session.add(
            SavedViewRow(
                owner_id=signed_in.house.other.id, name="Mine alone", query="refund",
                created_at=signed_in.house.clock(),
            )
        )  # fmt: skip
    html = signed_in.get(f"/cases/{first}?view={Place(None, saved=1)}").text
    assert "Mine alone" not in html
    assert "Waiting for approval" in html


def test_new_cases_of_a_saved_view_are_told(signed_in: WebDesk) -> None:
    refunds(signed_in)
    place = signed_in.post("/saved", {"q": "refund", "name": "Refunds"}).headers["location"]
    html = signed_in.get(place).text
    assert 'id="n-list">3<' in html
    live = re.search(r'hx-get="(/live\?[^"]*)"', html)
    assert live
    assert "new, show" not in signed_in.get(unescape(live[1])).text
    signed_in.house.clock.advance(minutes=5)
    with signed_in.house.store.writing() as unit:
        now = signed_in.house.clock()
        case = a_case(unit.session, now, signed_in.mailbox, subject="Another refund", updated_at=now)
        a_message(unit.session, now, case, text="Once more.")
        assert unit.session.get(CaseRow, case.id)
    told = signed_in.get(unescape(live[1])).text
    assert "1 new, show" in told
    assert 'id="n-list" hx-swap-oob="true">4<' in told
