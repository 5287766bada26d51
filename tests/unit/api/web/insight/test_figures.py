"""The page of figures: what leads and agents see, the cases behind a figure, and the exports."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest

from agent.store.tables import CaseRow, MailboxRow, PersonRow
from api.web import drawing
from api.web.spreadsheet import as_csv, as_excel
from tests.builders import a_case, a_customer, a_draft, a_letter, a_message
from tests.sample_feedback import answered as an_answer
from tests.unit.api.conftest import WebDesk


def answered(
    desk: WebDesk, count: int, *, subject: str = "Login", person: PersonRow | None = None
) -> list[int]:
    """Cases of this morning, each answered after twenty minutes as it was drafted."""
    now = desk.house.clock()
    numbers = []
    with desk.house.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, desk.house.mailbox_id)
        for n in range(count):
            case = a_case(
                unit.session, now, box, came=timedelta(minutes=40), subject=f"{subject} {n}", state="waiting",
                priority="high", assignee_id=person.id if person else None,
            )  # fmt: skip
            a_message(unit.session, now, case, came=timedelta(minutes=40))
            draft = a_draft(unit.session, now, case, [[("Hej.", [])]], state="sent")
            left = now - timedelta(minutes=20)
            a_letter(unit.session, now, case, draft, state="sent", sent_at=left)
            case.first_answer_at = left
            a_message(
                unit.session,
                now,
                case,
                text="Svar",
                direction="out",
                kind="reply",
                came=timedelta(minutes=20),
            )
            numbers.append(case.id)
    return numbers


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def test_an_empty_period_says_what_to_do(lead: WebDesk) -> None:
    page = lead.get("/insight?span=today").text
    assert "Nothing came and nothing left in these days" in page
    today = lead.house.clock().astimezone(lead.house.house.company.zone).date()
    yesterday = (today - timedelta(days=1)).isoformat()
    assert f"span=today&amp;by=category&amp;at={yesterday}" in page, (
        "early on a day one looks at the one before"
    )


def test_the_page_shows_figures_with_their_uncertainty_and_definitions(lead: WebDesk) -> None:
    answered(lead, 12)
    page = lead.get("/insight").text
    assert "20 min" in page
    assert "76%–100%" in page  # Wilson's interval of twelve of twelve
    assert "Cases whose first answer left within the target of their priority." in page
    assert page.count("<details") >= 3  # each chart has its table


def test_fewer_than_ten_cases_are_too_few_to_say(lead: WebDesk) -> None:
    answered(lead, 9)
    assert "too few to say" in lead.get("/insight").text
    assert "20 min" not in lead.get("/insight").text


def test_a_chart_without_figures_says_so(lead: WebDesk) -> None:
    with lead.house.store.writing() as unit:
        a_case(unit.session, lead.house.clock(), unit.session.get_one(MailboxRow, lead.house.mailbox_id))
    page = lead.get("/insight").text
    assert page.count("No figures in this time") == 4, (
        "no answer, draft, judged category or deadline; a new case"
    )


def test_one_leafs_from_week_to_week_up_to_today(lead: WebDesk) -> None:
    answered(lead, 2)
    today = lead.house.clock().astimezone(lead.house.house.company.zone).date()
    week = today.isocalendar().week
    running = lead.get("/insight").text
    assert f"Week {week}, " in running
    assert 'rel="next"' not in running
    monday = today - timedelta(days=today.weekday() + 7)
    assert f'href="/insight?span=week&amp;by=category&amp;at={monday}"' in running
    before = lead.get(f"/insight?at={monday}").text
    assert f"Week {monday.isocalendar().week}, " in before
    assert f'href="/insight?span=week&amp;by=category&amp;at={monday + timedelta(days=7)}"' in before
    rows = list(csv.DictReader(io.StringIO(lead.get(f"/insight.csv?at={monday}").text)))
    assert {row["from"] for row in rows} == {monday.isoformat()}


def test_a_day_that_has_not_begun_has_no_figures(lead: WebDesk) -> None:
    answer = lead.get("/insight?span=month&at=2099-01-01")
    assert answer.status_code == 422
    assert "There are no figures of this day." in answer.text


def test_a_figure_says_how_it_changed(lead: WebDesk) -> None:
    answered(lead, 12)
    with lead.house.store.writing() as unit:
        for case in unit.session.query(CaseRow).limit(
            5
        ):  # five of them came a day earlier, and waited longer
            case.created_at -= timedelta(days=1)
    page = lead.get("/insight?span=today").text
    assert ">+2<" in page
    assert "before: 5" in page
    assert "min faster" not in page, "of so few nothing is said"


def test_times_have_an_interval_where_their_cases_bound_one(lead: WebDesk) -> None:
    answered(lead, 12)
    page = lead.get("/insight").text
    assert "20 min – 20 min" in page
    assert "at least 20 min" in page, "nine of ten: twelve cases do not say how much longer it may be"


def test_shares_are_drawn_by_category_and_by_priority(lead: WebDesk) -> None:
    answered(lead, 12)
    page = lead.get("/insight").text
    assert "figure=in_time&amp;by=priority&amp;value=high" not in page.partition("<table")[0]
    assert 'href="/insight/cases?span=week&amp;by=priority&amp;figure=in_time&amp;value=high"' in page
    shown = lead.get("/insight/cases?span=week&by=priority&figure=in_time&value=high").text
    assert "High" in shown.partition("</h1>")[0]
    assert "Login 3" in shown


def test_leads_see_how_customers_feel_and_agents_do_not(lead: WebDesk) -> None:
    answered(lead, 2, person=lead.ida)
    now = lead.house.clock()
    with lead.house.store.writing() as unit:
        whose = a_customer(unit.session, now, email="anne@holm.example")
        for score in (5, 5, 4, 2):
            an_answer(unit.session, now, whose, "csat", "da", score, "neutral", (), "", 3)
    page = lead.get("/insight").text
    assert "How customers feel" in page
    assert "4 answers" in page
    lead.post("/sign-out")
    lead.sign_in(lead.ida.email)
    assert "How customers feel" not in lead.get("/insight").text


def test_a_figure_opens_to_the_cases_behind_it(lead: WebDesk) -> None:
    number = answered(lead, 3)[1]
    page = lead.get("/insight/cases?figure=in_time&span=week&by=category&value=technical").text
    assert f'href="/cases/{number}"' in page
    assert "Technical" in page.partition("</h1>")[0]
    assert "In time" in page


def test_agents_see_their_own_cases_and_no_colleagues(signed_in: WebDesk) -> None:
    answered(signed_in, 2, subject="Mine", person=signed_in.ida)
    answered(signed_in, 2, subject="Others", person=signed_in.house.other)
    page = signed_in.get("/insight/cases?figure=new").text
    assert "Mine 0" in page
    assert "Others 0" not in page
    assert "by=agent" not in signed_in.get("/insight").text


@pytest.mark.parametrize("by", ["category", "language", "agent", "mailbox", "priority"])
def test_each_breakdown_names_its_groups(lead: WebDesk, by: str) -> None:
    answered(lead, 2, person=lead.house.other)
    titles = {
        "category": "Technical",
        "language": "Danish",
        "agent": "emil",
        "mailbox": "support@nordlys.example",
        "priority": ">High<",
    }
    assert titles[by] in lead.get(f"/insight?by={by}").text


def test_days_that_are_no_period_are_refused_in_words(lead: WebDesk) -> None:
    answer = lead.get("/insight?span=custom&first=2026-11-20&last=2026-11-01")
    assert answer.status_code == 422
    assert "These days are no period" in answer.text


def test_the_csv_holds_every_figure_of_the_whole_and_of_each_group(lead: WebDesk) -> None:
    answered(lead, 12)
    answer = lead.get("/insight.csv?by=language")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = {(row["group"], row["figure"]): row for row in rows}
    assert found["", "in_time"]["value"] == found["Danish", "in_time"]["value"] == "1.0"
    assert found["", "first_median"]["value"] == "1200.0"
    assert len(rows) == 2 * 14


def test_what_people_wrote_is_never_a_formula() -> None:
    evil = '=HYPERLINK("http://x","y")'
    assert as_csv(["a"], [[evil], ["-1+1"], [-1.5]]).splitlines()[1:] == [
        "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"", "'-1+1", "-1.5",
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(as_excel("x", ["a"], [[evil], [3]]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>3</v>" in sheet


def test_a_chart_keeps_its_bars_within_its_box_and_in_proportion() -> None:
    chart = drawing.columns(["a", "b"], [50, 12345], [0, 25])
    tall, small = max(chart.bars, key=lambda bar: bar.height), min(chart.bars, key=lambda bar: bar.height)
    assert all(
        bar.x >= chart.left and bar.y >= 0 and bar.y + bar.height <= chart.bottom + 0.2 for bar in chart.bars
    )
    assert tall.height > 100 * small.height
    assert drawing.lines(["a", "b", "c"], [1, None, 3], [None] * 3).lines[1].runs == ()
    inside = [
        place for place in zip(chart.values, ("50", "12345"), strict=True) if place[0].label == place[1]
    ]
    assert len(inside) == 2, "each of the columns has its figure"
    assert [bar.series for bar in drawing.stacks(["a", "b"], [[1, 0, 2], [0, 0, 0]]).bars] == [1, 3]
