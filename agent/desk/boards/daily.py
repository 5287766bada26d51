"""The day for team leads: volume, status, response times, load per agent, critical escalations."""

from datetime import timedelta

from sqlalchemy import select

from agent.cases.case import Priority
from agent.desk.boards.looking import Look
from agent.desk.escalations.escalation_words import cause_name, priority_name
from agent.desk.escalations.lead_board import loads
from agent.insight.facts import By
from agent.insight.figures import Name, figures
from agent.insight.reports import Line, Row, Section
from agent.insight.workload import Load
from agent.store.queries.day import EscalationLine, escalations_between, standing_now
from agent.store.tables import PersonRow

FRESH = timedelta(days=4)
"""So long after the day how things stand now belongs to it still: the report of a Friday is read on Monday."""

MOST_ESCALATIONS = 30


def sections(look: Look) -> list[Section]:
    return [
        Section("volume", look.lines((Name.NEW, Name.MAILS_IN, Name.MAILS_OUT))),
        Section("status", [*_of_the_day(look), *(_now(look) if _is_fresh(look) else ())]),
        Section("times", look.lines((Name.FIRST_MEDIAN, Name.FIRST_P90, Name.IN_TIME))),
        _load(look),
        _escalations(look),
    ]


def _of_the_day(look: Look) -> list[Line]:
    """What became of the cases that came on that day."""
    cases, late = look.seen.facts.cases, look.seen.figures[Name.IN_TIME].misses
    answered = [one for one in cases if one.answered is not None]
    waiting = [one for one in cases if one.answered is None and one.open]
    counts = (("answered", len(answered)), ("waiting", len(waiting)), ("late", len(late)))
    paths = {"answered": Name.ONE_ANSWER, "waiting": Name.NEW, "late": Name.IN_TIME}
    return [Line(name, look.number(n), path=look.path_of(paths[name]) if n else "") for name, n in counts]


def _now(look: Look) -> list[Line]:
    found = standing_now(look.session, look.now)
    return [
        Line("open_now", look.number(found.open), path="/"),
        Line("overdue_now", look.number(found.overdue), path="/escalations"),
        Line("unassigned_now", look.number(found.unassigned), path="/views/unassigned"),
    ]


def _load(look: Look) -> Section:
    """Each person's cases, answers and time on that day; while it is fresh, what they have open and hours left today."""
    facts, fresh = look.seen.facts, _is_fresh(look)
    today = (
        {str(one.person_id): one for one in loads(look.session, look.house.company, look.now)}
        if fresh
        else {}
    )
    people = {str(row.id): row.name or row.email for row in look.session.scalars(select(PersonRow))}
    worked = [agent for agent in facts.values(By.AGENT) if agent in people]
    rows = []
    for agent in dict.fromkeys([*worked, *today]):
        own = facts.of(By.AGENT, agent)
        found = figures(own)
        handled = sum((one.handled for one in own.cases if one.handled is not None), timedelta())
        cells = [
            look.number(len(own.cases)),
            look.number(len(found[Name.MAILS_OUT].hits)),
            look.time(handled.total_seconds()) if handled else look.words["none"],
        ]
        rows.append(
            Row(people[agent], [*cells, *(_today(today.get(agent), look) if fresh else ())], _own_cases(look))
        )
    columns = ("person", "cases", "replies", "time_spent") + (("has_open", "hours_left") if fresh else ())
    return Section("load", columns=columns, rows=rows, nothing="nobody_worked")


def _today(load: Load | None, look: Look) -> tuple[str, str]:
    if load is None:
        return look.words["none"], look.words["none"]
    return look.number(len(load.jobs)), look.time(load.minutes_left * 60)


def _own_cases(look: Look) -> str:
    day = look.span.first.isoformat()
    return f"/insight?span=custom&first={day}&last={day}&by=agent#by"


def _escalations(look: Look) -> Section:
    found = escalations_between(look.session, look.start, look.end, MOST_ESCALATIONS)
    critical = sum(line.priority == Priority.CRITICAL for line in found)
    return Section(
        "escalations",
        [*look.lines((Name.ESCALATED,)), Line("critical", look.number(critical), path="/escalations")],
        ("case", "priority", "cause", "at", "taken"),
        [_escalation(line, look) for line in found],
        "no_escalation",
    )


def _escalation(line: EscalationLine, look: Look) -> Row:
    row, zone = line.row, look.house.company.zone
    taken = look.words["nobody"]
    if row.acknowledged_at is not None:
        who = "" if line.taken_by is None else line.taken_by.name or line.taken_by.email
        taken = f"{who} {row.acknowledged_at.astimezone(zone):%H:%M}".strip()
    cells = (
        priority_name(line.priority, look.language),
        cause_name(row.cause, look.language),
        f"{row.created_at.astimezone(zone):%H:%M}",
        taken,
    )
    return Row(f"#{row.case_id}", cells, f"/cases/{row.case_id}")


def _is_fresh(look: Look) -> bool:
    return look.now < look.end + FRESH
