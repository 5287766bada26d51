"""The page of accuracy: figures by category and week, what to do, and the same as a file."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from agent.store.tables import CorrectionRow
from tests.builders import PASSWORD, a_case, a_message, a_triage
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def history(signed_in: WebDesk, rows: Session) -> WebDesk:
    """Forty mails sorted right two weeks ago; of twelve this week all were corrected."""
    now = signed_in.house.clock()
    for number in range(52):
        late = number >= 40
        came = timedelta(minutes=5) if late else timedelta(days=10)
        case = a_case(rows, now, signed_in.mailbox, came=came)
        message = a_message(rows, now, case, came=came, text=f"Mail {number}")
        a_triage(rows, now, message, category={"value": "technical", "subcategory": "login"})
        if late:
            rows.add(
                CorrectionRow(
                    case_id=case.id, field="category", before="technical", after="usability", created_at=now
                )
            )
    rows.commit()
    signed_in.browser.cookies.clear()
    signed_in.sign_in("emil@nordlys.example", PASSWORD)
    return signed_in


def test_an_empty_desk_says_what_will_appear(signed_in: WebDesk) -> None:
    assert "No mail was sorted in these weeks" in signed_in.get("/accuracy").text


def test_figures_shift_and_advice_are_shown(history: WebDesk) -> None:
    page = history.get("/accuracy?weeks=4").text
    assert "77%" in page  # 40 of 52
    assert "less accurate" in page
    assert "12 mails about Technical (Login) were corrected to Use and training." in page
    assert page.count("trend-p") == 4  # two weeks with mail, for all and for one category


def test_the_file_holds_the_same_weeks(history: WebDesk) -> None:
    answer = history.get("/accuracy.csv?weeks=4")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0] == "category,week,sorted,corrected,accuracy,low,high"
    assert lines[4].startswith("technical,2026-11-23,12,12,0.0000")
    assert len(lines) == 1 + 3 * 4


@pytest.mark.parametrize("weeks", ["0", "1000", "x"])
def test_weeks_that_cannot_be_meant_are_refused(signed_in: WebDesk, weeks: str) -> None:
    assert signed_in.get(f"/accuracy?weeks={weeks}").status_code == 422


def test_visitors_see_neither(desk: WebDesk) -> None:
    assert desk.get("/accuracy.csv").status_code in {303, 401}
    assert desk.get("/labels").status_code in {303, 401}
