"""The report over real rows: which mail counts, in which week, and where it belongs."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from agent.desk.learning.accuracy import accuracy_report, advice, as_csv
from agent.quality.accuracy import AccuracyReport
from agent.store.tables import CorrectionRow, MailboxRow
from tests.builders import a_case, a_message, a_triage
from tests.house import TestHouse


def sorted_case(
    home: TestHouse,
    session: Session,
    *,
    days_ago: float,
    predicted: str = "technical",
    after: str = "",
    **more: str,
) -> int:
    now = home.clock()
    mailbox = session.get_one(MailboxRow, home.mailbox_id)
    case = a_case(session, now, mailbox, came=timedelta(days=days_ago), category=predicted, **more)
    message = a_message(session, now, case, came=timedelta(days=days_ago), text=f"Mail {case.id}")
    a_triage(session, now, message, category={"value": predicted, "subcategory": "login"})
    if after:
        session.add(
            CorrectionRow(
                case_id=case.id, message_id=message.id, field="category", before=predicted, after=after,
                redacted_text="x", created_at=now,
            )
        )  # fmt: skip
    session.flush()
    return case.id


def seen(home: TestHouse, weeks: int = 3) -> AccuracyReport:
    with home.store.reading() as session:
        return accuracy_report(session, home.house.company, home.clock(), weeks=weeks)


def test_a_corrected_mail_is_wrong_in_the_week_it_came(home: TestHouse) -> None:
    with home.store.writing() as unit:
        sorted_case(home, unit.session, days_ago=0)
        sorted_case(home, unit.session, days_ago=5, after="usability")
        sorted_case(home, unit.session, days_ago=5)
        sorted_case(home, unit.session, days_ago=60)
    (technical, _usability) = seen(home).categories
    assert [(cell.sorted, cell.corrected) for cell in technical.weeks] == [(0, 0), (2, 1), (1, 0)]


def test_what_was_taken_back_corrected_back_or_is_spam_is_not_wrong(home: TestHouse) -> None:
    with home.store.writing() as unit:
        undone = sorted_case(home, unit.session, days_ago=0, after="usability")
        back = sorted_case(home, unit.session, days_ago=0, after="usability")
        sorted_case(home, unit.session, days_ago=0, after="usability", state="spam")
        unit.session.query(CorrectionRow).filter_by(case_id=undone).one().undone_at = home.clock()
        unit.session.add(
            CorrectionRow(
                case_id=back, field="category", before="usability", after="technical", created_at=home.clock()
            )
        )
    assert (seen(home).total.total.sorted, seen(home).total.total.corrected) == (2, 0)


def test_only_the_first_mail_of_a_case_counts(home: TestHouse) -> None:
    with home.store.writing() as unit:
        from agent.store.tables import CaseRow

        case = unit.session.get_one(CaseRow, sorted_case(home, unit.session, days_ago=3))
        again = a_message(unit.session, home.clock(), case, came=timedelta(days=1), text="And again")
        a_triage(unit.session, home.clock(), again, category={"value": "billing", "subcategory": ""})
    assert [one.category for one in seen(home).categories] == ["technical"]


def test_the_advice_names_what_is_mixed_up_and_what_fell(home: TestHouse) -> None:
    with home.store.writing() as unit:
        for _ in range(40):
            sorted_case(home, unit.session, days_ago=10)
        for _ in range(12):
            sorted_case(home, unit.session, days_ago=0, after="usability")
    told = advice(seen(home))
    assert told[0].startswith("Since the week of 2026-11-23, 0% of the mails sorted as technical were right")
    assert (
        "12 mails about technical, login, were corrected to usability: consider a new subcategory there."
        in told
    )


def test_the_csv_has_a_row_for_each_category_and_week(home: TestHouse) -> None:
    with home.store.writing() as unit:
        sorted_case(home, unit.session, days_ago=0)
    rows = list(csv.DictReader(io.StringIO(as_csv(seen(home)))))
    assert [(row["category"], row["week"], row["sorted"], row["accuracy"]) for row in rows] == [
        ("technical", "2026-11-09", "0", ""),
        ("technical", "2026-11-16", "0", ""),
        ("technical", "2026-11-23", "1", "1.0000"),
        ("all", "2026-11-09", "0", ""),
        ("all", "2026-11-16", "0", ""),
        ("all", "2026-11-23", "1", "1.0000"),
    ]


@pytest.mark.parametrize("weeks", [2, 53])
def test_an_empty_desk_has_an_empty_report(home: TestHouse, weeks: int) -> None:
    report = seen(home, weeks)
    assert (len(report.weeks), report.categories, report.total.total.accuracy) == (weeks, (), None)
