"""The weekly report of how well mails are sorted, by category, with what to do about it."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from agent.company import Company
from agent.quality.accuracy import AccuracyReport, CategoryReport, Confusion, report, week_of
from agent.store.queries.accuracy import sorted_mails

MOST_WEEKS = 53


def accuracy_report(session: Session, company: Company, now: datetime, *, weeks: int = 8) -> AccuracyReport:
    """The last `weeks` weeks of the company's calendar, the present one included."""
    zone = company.zone
    this_week = week_of(now.astimezone(zone).date())
    since = datetime.combine(this_week - timedelta(weeks=weeks - 1), time(), zone)
    return report(sorted_mails(session, since=since, zone=zone), last_week=this_week, weeks=weeks)


def advice(seen: AccuracyReport) -> tuple[str, ...]:
    """What to do, in sentences for people, the most pressing first."""
    return (
        *(_falling(one) for one in seen.drifting),
        *(_confused(one) for one in seen.confusions if one.telling),
        *(_moving(one) for one in seen.categories if one.incoming is not None),
    )


def _falling(one: CategoryReport) -> str:
    assert one.less_accurate is not None
    found = one.less_accurate
    return (
        f"Since the week of {found.since}, {found.after:.0%} of the mails sorted as {one.category} were right, "
        f"{found.before:.0%} before: look at its latest corrections."
    )


def _confused(one: Confusion) -> str:
    about = f"{one.predicted}, {one.subcategory}," if one.subcategory else one.predicted
    return f"{one.count} mails about {about} were corrected to {one.truth}: consider a new subcategory there."


def _moving(one: CategoryReport) -> str:
    assert one.incoming is not None
    found = one.incoming
    return (
        f"Since the week of {found.since}, {found.after:.0%} of all mails are {one.category}, "
        f"{found.before:.0%} before: customers write about other things."
    )


COLUMNS = ("category", "week", "sorted", "corrected", "accuracy", "low", "high")


def as_rows(seen: AccuracyReport) -> Sequence[tuple[str | int, ...]]:
    """One row a category and week, in the order of `COLUMNS`; no figures where nothing was sorted."""
    rows: list[tuple[str | int, ...]] = []
    for one in (*seen.categories, seen.total):
        for cell in one.weeks:
            figures: tuple[str, ...] = ("", "", "")
            if cell.accuracy is not None:
                figures = tuple(f"{value:.4f}" for value in (cell.accuracy, *cell.interval))
            rows.append((one.category or "all", cell.week.isoformat(), cell.sorted, cell.corrected, *figures))
    return rows


def as_csv(seen: AccuracyReport) -> str:
    """The same as a CSV with a header line."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows(as_rows(seen))
    return written.getvalue()
