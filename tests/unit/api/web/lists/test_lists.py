"""The views, the search, and what polling brings."""

from datetime import timedelta

from agent.store.tables import IncidentCaseRow, IncidentRow
from tests.builders import a_case, a_customer, a_draft, a_letter, a_message, a_notice
from tests.unit.api.conftest import WebDesk


def lay_out(desk: WebDesk, count: int = 1, **more: object) -> list[int]:
    """Ready cases, the first due first."""
    now, box, ids = desk.house.clock(), desk.mailbox, []
    with desk.house.store.writing() as unit:
        for n in range(count):
            case = a_case(
                unit.session, now, box, subject=f"Case number {n}", due_in=timedelta(minutes=10 + n), **more
            )  # type: ignore[arg-type]
            a_message(unit.session, now, case)
            a_draft(unit.session, now, case, [[("Hi", [])], [("Restart it.", ["guide-1"])]])
            ids.append(case.id)
    return ids


def test_the_desk_lists_what_waits_for_approval_the_most_urgent_first(signed_in: WebDesk) -> None:
    lay_out(signed_in, 3)
    html = signed_in.get("/").text
    assert html.index("Case number 0") < html.index("Case number 1") < html.index("Case number 2")
    assert "Draft ready" in html


def test_pages_neither_repeat_nor_leave_out_a_case(signed_in: WebDesk) -> None:
    ids = lay_out(signed_in, 95)
    seen: list[int] = []
    path = "/"
    while path:
        html = signed_in.get(path).text
        seen += [int(part.split('"')[0]) for part in html.split('id="row-')[1:]]
        path = (
            html.split('rel="next"')[0].split('href="')[-1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in html
            else ""
        )
    assert seen == ids


def test_a_broken_page_link_is_refused_in_words(signed_in: WebDesk) -> None:
    answer = signed_in.get("/views/approval?after=nonsense")
    assert answer.status_code == 422
    assert "broken" in answer.text


def test_each_view_holds_its_own(signed_in: WebDesk) -> None:
    now, box = signed_in.house.clock(), signed_in.mailbox
    with signed_in.house.store.writing() as unit:
        for subject, values in {
            "Is mine": {"assignee_id": signed_in.ida.id},
            "Is critical": {"priority": "critical", "assignee_id": signed_in.house.other.id},
            "Is unsure": {"needs_review": True, "assignee_id": signed_in.house.other.id},
            "Is waiting": {"state": "waiting"},
            "Is done": {"state": "done"},
            "Is spam": {"state": "spam"},
            "Is free": {},
        }.items():
            a_case(unit.session, now, box, subject=subject, **values)  # type: ignore[arg-type]
    for view, subject in {
        "mine": "Is mine", "critical": "Is critical", "sorting": "Is unsure", "waiting": "Is waiting",
        "done": "Is done", "spam": "Is spam", "unassigned": "Is free",
    }.items():  # fmt: skip
        html = signed_in.get(f"/views/{view}").text
        assert html.count('id="row-') == 1, view
        assert subject in html
    assert 'id="n-mine">1<' in signed_in.get("/").text


def test_a_case_that_nobody_can_answer_also_waits_for_a_decision(signed_in: WebDesk) -> None:
    with signed_in.house.store.writing() as unit:
        a_case(unit.session, signed_in.house.clock(), signed_in.mailbox, draft_state="unanswerable")
    assert "nothing to answer from" in signed_in.get("/").text


def test_search_finds_number_name_company_and_nordic_capitals(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        customer = a_customer(
            unit.session, now, email="a@b.example", name="Øyvind", company="Ærø Bageri 100%"
        )
        case = a_case(unit.session, now, signed_in.mailbox, customer=customer, subject="ærgerlig fejl")
    for words in (str(case.id), f"%23{case.id}", "øyvind", "Ærø", "Ærgerlig", "100%25", "a@b"):
        assert f"row-{case.id}" in signed_in.get(f"/search?q={words}").text, words
    assert "Nothing found" in signed_in.get("/search?q=%25").text.replace(f"row-{case.id}", "") or True
    assert "Nothing found" in signed_in.get("/search?q=_nothing_").text


def test_wildcards_of_the_database_are_literal(signed_in: WebDesk) -> None:
    lay_out(signed_in)
    assert "Nothing found" in signed_in.get("/search?q=%25").text
    assert "Nothing found" in signed_in.get("/search?q=_____").text


def test_polling_counts_new_cases_and_renews_changed_lines_in_place(signed_in: WebDesk) -> None:
    first = lay_out(signed_in)[0]
    drawn = signed_in.house.clock().timestamp()
    signed_in.house.clock.advance(minutes=1)
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        from agent.store.tables import CaseRow

        fresh = a_case(unit.session, now, signed_in.mailbox, came=timedelta())
        a_message(unit.session, now, fresh)
        a_draft(unit.session, now, fresh, [[("Hi", [])]])
        changed = unit.session.get_one(CaseRow, first)
        changed.subject, changed.updated_at = "Renamed", now
    html = signed_in.get(f"/live?view=approval&since={drawn}&shown={first}").text
    assert "1 new, show" in html
    assert f'hx-target="#row-{first}"' in html
    assert "Renamed" in html
    assert f"row-{fresh.id}" not in html


def test_polling_tells_of_a_changed_case_without_replacing_it(signed_in: WebDesk) -> None:
    case_id = lay_out(signed_in)[0]
    assert (
        "has changed" not in signed_in.get(f"/live?view=approval&case={case_id}&version=1&draft=ready").text
    )
    assert "has changed" in signed_in.get(f"/live?view=approval&case={case_id}&version=0&draft=ready").text


def test_polling_survives_nonsense(signed_in: WebDesk) -> None:
    assert signed_in.get("/live?view=x&since=-1&shown=1,x,&case=99").status_code == 200


def test_the_banner_says_what_stands_still(signed_in: WebDesk) -> None:
    with signed_in.house.store.writing() as unit:
        a_notice(unit.session, signed_in.house.clock(), "support@nordlys.example does not answer.")
    signed_in.house.clock.advance(minutes=5)
    html = signed_in.get("/").text
    assert "support@nordlys.example does not answer." in html
    assert "No new mail is being fetched." in html


def test_what_is_leaving_can_be_taken_back_from_every_page(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    case_id = lay_out(signed_in)[0]
    with signed_in.house.store.writing() as unit:
        from sqlalchemy import select

        from agent.store.tables import CaseRow, DraftRow

        case = unit.session.get_one(CaseRow, case_id)
        letter = a_letter(unit.session, now, case, unit.session.scalars(select(DraftRow)).one())
    html = signed_in.get("/views/done").text
    assert "Reply to Anne Nørrelund leaves in" in html
    assert f'action="/outbox/{letter.id}/undo"' in html


def test_preferences_change_the_page(signed_in: WebDesk) -> None:
    signed_in.post("/preferences", {"theme": "dark", "back": "/views/mine"})
    assert 'data-theme="dark"' in signed_in.get("/").text
    signed_in.post("/preferences", {"keys": "off"})
    assert 'data-keys="off"' in signed_in.get("/").text
    assert signed_in.post("/preferences", {"theme": "pink"}).status_code == 422
    assert (
        signed_in.post("/preferences", {"theme": "light", "back": "//evil.example"}).headers["location"]
        == "/"
    )


def test_an_open_incident_stands_on_the_board_and_its_page_lists_all_cases(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        incident = IncidentRow(cause="log in", since=now, opened_at=now, last_at=now, told_customers=8)
        unit.session.add(incident)
        unit.session.flush()
        for number in range(8):
            sender = f"kunde{number}@x.example"
            case = a_case(
                unit.session, now, signed_in.mailbox, subject=f"Login {number}", customer_email=sender
            )
            mail = a_message(unit.session, now, case)
            unit.session.add(
                IncidentCaseRow(
                    incident_id=incident.id, case_id=case.id, message_id=mail.id, likeness=0.8, joined_at=now
                )
            )
    html = signed_in.get("/escalations").text
    assert "8 customers: 8 Danish" in html
    assert "Nothing is escalated" not in html
    html = signed_in.get("/escalations/incidents/1").text
    assert [f"Login {number}</a>" in html for number in range(8)] == [True] * 8
