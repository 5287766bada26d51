"""What each figure is called, and what exactly it counts. The page, its tables and its exports say the same."""

from collections.abc import Callable

from agent.insight.facts import By
from agent.insight.figures import Name
from agent.insight.period import Period, Span
from api.web.language import marked
from api.web.pages import Reader

FIGURES: dict[Name, tuple[str, str]] = {
    # figure: its name, and what it counts
    Name.NEW: (
        marked("New cases"),
        marked("Cases that came in this time. Spam is left out, and cases that went on in another."),
    ),
    Name.MAILS_IN: (marked("Mails in"), marked("Mails that customers wrote in this time.")),
    Name.MAILS_OUT: (
        marked("Replies out"),
        marked("Replies that left in this time, without acknowledgements."),
    ),
    Name.FIRST_MEDIAN: (
        marked("First answer, median"),
        marked(
            "From the customer’s first mail to the first reply that left, in working hours (critical cases: round the clock). Half of the answers were faster."
        ),
    ),
    Name.FIRST_P90: (
        marked("First answer, nine of ten"),
        marked("Nine of ten first answers were at least this fast."),
    ),
    Name.IN_TIME: (
        marked("Answered in time"),
        marked(
            "Cases whose first answer left within the target of their priority. One that is past due without an answer counts as late; one that is not due yet is left out."
        ),
    ),
    Name.ONE_ANSWER: (
        marked("Solved in one answer"),
        marked("Of the answered cases, those with one reply after which the customer did not write again."),
    ),
    Name.HANDLING: (
        marked("Handling time, median"),
        marked(
            "Time that people worked on an answered case: from the first to the last thing they did there, without pauses over 30 minutes. At least a minute for each sitting."
        ),
    ),
    Name.CAME_BACK: (
        marked("Customers who wrote again"),
        marked("Of the answered cases, those whose customer wrote within 7 days after an answer."),
    ),
    Name.ESCALATED: (
        marked("Escalated"),
        marked("Cases that came before a lead, by a rule or by a colleague."),
    ),
    Name.UNCHANGED: (
        marked("Drafts sent unchanged"),
        marked(
            "Of the drafts about which somebody decided in this time, those that left as they were written."
        ),
    ),
    Name.EDITED: (marked("Drafts edited"), marked("Those that a person changed before they left.")),
    Name.REJECTED: (marked("Drafts rejected"), marked("Those that a person turned down.")),
    Name.RIGHT_CATEGORY: (
        marked("Right category first time"),
        marked("Cases whose first category nobody corrected."),
    ),
}

TILES = (
    Name.NEW,
    Name.FIRST_MEDIAN,
    Name.IN_TIME,
    Name.ONE_ANSWER,
    Name.UNCHANGED,
    Name.RIGHT_CATEGORY,
)
"""The figures that stand at the top."""

COLUMNS = (
    Name.NEW,
    Name.FIRST_MEDIAN,
    Name.IN_TIME,
    Name.ONE_ANSWER,
    Name.ESCALATED,
    Name.UNCHANGED,
    Name.RIGHT_CATEGORY,
)
"""The figures of a breakdown."""

HITS: dict[Name, tuple[str, str]] = {
    # of a share: what the cases are called that count, and those that do not
    Name.IN_TIME: (marked("In time"), marked("Late")),
    Name.ONE_ANSWER: (marked("Solved in one answer"), marked("Took more")),
    Name.CAME_BACK: (marked("Wrote again"), marked("Did not write again")),
    Name.ESCALATED: (marked("Escalated"), marked("Not escalated")),
    Name.UNCHANGED: (marked("Sent unchanged"), marked("Edited or rejected")),
    Name.EDITED: (marked("Edited"), marked("Unchanged or rejected")),
    Name.REJECTED: (marked("Rejected"), marked("Sent")),
    Name.RIGHT_CATEGORY: (marked("Right"), marked("Corrected")),
}


def name_of(period: Period, span: Span, reader: Reader, words: Callable[[str], str]) -> str:
    """»Week 47, 16–22 Nov 2026«, »November 2026«, or the days."""
    days = reader.days(period.first, period.last)
    if span is Span.WEEK:
        return words("Week %(number)s, %(days)s") % {"number": period.first.isocalendar().week, "days": days}
    return reader.month(period.first) if span is Span.MONTH else days


SPANS: dict[Span, str] = {
    Span.TODAY: marked("Day"),
    Span.WEEK: marked("Week"),
    Span.MONTH: marked("Month"),
}

BREAKDOWNS: dict[By, str] = {
    By.CATEGORY: marked("Category"),
    By.LANGUAGE: marked("Language"),
    By.AGENT: marked("Agent"),
    By.MAILBOX: marked("Mailbox"),
    By.PRIORITY: marked("Priority"),
}
