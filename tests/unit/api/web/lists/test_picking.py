"""Acting on picked cases, bundling cases, and taking it back, as the pages do it."""

from datetime import timedelta

from httpx2 import Response
from sqlalchemy import select

from agent.store.tables import CaseRow, MessageRow, TagRow
from tests.builders import a_case, a_message
from tests.unit.api.conftest import ORIGIN, WebDesk


def lay_out(desk: WebDesk, count: int = 3) -> list[int]:
    now, box = desk.house.clock(), desk.mailbox
    with desk.house.store.writing() as unit:
        cases = [a_case(unit.session, now, box, subject=f"Case number {n}") for n in range(count)]
        for case in cases:
            a_message(unit.session, now, case, text=f"text {case.id}")
        return [case.id for case in cases]


def picked(desk: WebDesk, ids: list[int]) -> list[str]:
    with desk.house.store.reading() as session:
        return [f"{one}:{session.get_one(CaseRow, one).version}" for one in ids]


def act(desk: WebDesk, ids: list[int], pick: list[str] | None = None, **fields: str) -> str:
    wanted = {"csrf": desk.token(), "pick": pick or picked(desk, ids), "back": "/views/unassigned"}
    return followed(desk, desk.browser.post("/picked", data=wanted | fields, headers={"Origin": ORIGIN}))


def followed(desk: WebDesk, answer: Response) -> str:
    """The page that an act leads to, or the one that says why not."""
    return desk.get(answer.headers["location"]).text if answer.status_code == 303 else answer.text


def states(desk: WebDesk) -> list[str]:
    with desk.house.store.reading() as session:
        return list(session.scalars(select(CaseRow.state).order_by(CaseRow.id)))


def test_picked_cases_are_closed_and_one_undo_opens_them_again(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    html = act(signed_in, ids, state="done")
    assert "3 cases are done." in html
    assert states(signed_in) == ["done"] * 3
    assert "Taken back." in followed(
        signed_in, signed_in.post("/changes/1/undo", {"back": "/views/unassigned"})
    )
    assert states(signed_in) == ["open"] * 3


def test_the_banner_goes_by_itself(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    act(signed_in, ids, state="done")
    signed_in.house.clock.advance(seconds=11)
    assert "cases are done." not in signed_in.get("/").text


def test_what_changed_meanwhile_is_left_out_and_named(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    old = picked(signed_in, ids)
    act(signed_in, ids[:1], priority="high")
    html = act(signed_in, ids, pick=old, state="spam")
    assert "2 cases are spam." in html
    assert f"Case {ids[0]} had changed and was left out." in html


def test_nothing_picked_and_nothing_chosen_are_said_in_words(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    assert "No case was picked." in act(signed_in, [], state="done")
    assert "Nothing was chosen." in act(signed_in, ids)


def test_an_address_outside_is_not_gone_back_to(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 1)
    answer = signed_in.browser.post(
        "/picked",
        data={"csrf": signed_in.token(), "pick": picked(signed_in, ids), "state": "done", "back": "//evil.example"},
        headers={"Origin": ORIGIN},
        follow_redirects=False,
    )  # fmt: skip
    assert answer.headers["location"] == "/"


def test_a_sleeping_case_is_out_of_sight_until_it_is_woken(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 2)
    assert "sleeps until" in act(signed_in, ids[:1], snooze="tomorrow")
    assert f'id="row-{ids[0]}"' not in signed_in.get("/views/unassigned").text
    assert f'id="row-{ids[0]}"' in signed_in.get("/views/snoozed").text
    assert "Wake it now" in signed_in.get(f"/cases/{ids[0]}").text
    act(signed_in, ids[:1], snooze="wake")
    assert f'id="row-{ids[0]}"' in signed_in.get("/views/unassigned").text


def test_a_tag_is_shown_found_and_taken_off(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 2)
    act(signed_in, ids[:1], tag="Release 4.2")
    assert "Release 4.2" in signed_in.get("/views/unassigned").text
    assert f'id="row-{ids[0]}"' in signed_in.browser.get("/search", params={"q": 'tag:"release 4.2"'}).text
    assert "Release 4.2" in signed_in.get(f"/cases/{ids[0]}").text
    assert "Release 4.2" in signed_in.get("/tags").text
    with signed_in.house.store.reading() as session:
        tag = session.scalars(select(TagRow)).one()
    act(signed_in, ids[:1], untag=str(tag.id))
    assert f'id="row-{ids[0]}"' not in signed_in.browser.get("/search", params={"q": "tag:release"}).text


def test_a_case_is_merged_into_another_and_says_so(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 2)
    page = signed_in.get(f"/cases/{ids[1]}/merge").text
    assert f'value="{ids[0]}"' in page
    html = followed(signed_in, signed_in.post(f"/cases/{ids[1]}/merge", {"other": ids[0], "keep": "other"}))
    assert f"Case {ids[1]} was merged into case {ids[0]}." in html
    assert f"This case goes on in case {ids[0]}." in signed_in.get(f"/cases/{ids[1]}").text
    signed_in.post("/changes/1/undo")
    assert states(signed_in) == ["open", "open"]


def test_a_case_named_by_its_number_is_seen_before_it_is_merged(signed_in: WebDesk) -> None:
    first, second = lay_out(signed_in, 2)
    with signed_in.house.store.writing() as unit:
        unit.session.get_one(CaseRow, first).customer_email = "bo@other.example"
    assert f'value="{first}"' not in signed_in.get(f"/cases/{second}/merge").text
    html = signed_in.post(f"/cases/{second}/merge", {"number": f"#{first}", "keep": "other"}).text
    assert f'value="{first}" checked' in html
    assert f"Case {first} is from another customer" in html
    assert states(signed_in) == ["open", "open"], "nothing was merged yet"
    followed(signed_in, signed_in.post(f"/cases/{second}/merge", {"other": first, "keep": "other"}))
    assert f"This case goes on in case {first}." in signed_in.get(f"/cases/{second}").text


def test_an_unknown_case_to_merge_with_is_said_in_words(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 1)
    assert (
        "There is no case with this number."
        in signed_in.post(f"/cases/{ids[0]}/merge", {"number": "999"}).text
    )
    assert "No other case was named." in signed_in.post(f"/cases/{ids[0]}/merge", {"number": "x"}).text


def test_mails_are_split_off(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 1)
    with signed_in.house.store.writing() as unit:
        case = unit.session.get_one(CaseRow, ids[0])
        second = a_message(
            unit.session, signed_in.house.clock(), case, text="another matter", came=timedelta(minutes=5)
        ).id
    assert "another matter" in signed_in.get(f"/cases/{ids[0]}/split").text
    assert "One mail of the customer has to go" in signed_in.post(f"/cases/{ids[0]}/split").text
    signed_in.post(f"/cases/{ids[0]}/split", {"message": second})
    with signed_in.house.store.reading() as session:
        assert session.get_one(MessageRow, second).case_id != ids[0]


def test_a_mail_that_names_another_case_is_decided_by_a_person(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 3)
    with signed_in.house.store.writing() as unit:
        for one in ids[1:]:
            unit.session.get_one(CaseRow, one).may_belong_to_id = ids[0]
    assert f"names case {ids[0]}" in signed_in.get(f"/cases/{ids[1]}").text
    signed_in.post(f"/cases/{ids[1]}/belongs", {"answer": "apart"})
    assert f"names case {ids[0]}" not in signed_in.get(f"/cases/{ids[1]}").text
    html = followed(signed_in, signed_in.post(f"/cases/{ids[2]}/belongs", {"answer": "merge"}))
    assert f"was merged into case {ids[0]}" in html


def test_the_day_is_counted(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in)
    act(signed_in, ids[:1], state="done")
    assert "1 of 3 handled today" in signed_in.get("/").text
