"""The lead's board for one team or one language."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.hours import Hours
from agent.store.queries.board import BoardLine
from agent.store.tables import CaseRow, MailboxRow

NO_TEAM = "-"
"""Stands for the cases that no team looks after."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the board is narrowed to; empty is everything."""

    team: str = ""
    language: str = ""

    @property
    def query(self) -> str:
        """The query of the board's address, `?` included; acts keep it, so that the board comes back as it was."""
        return self.but()

    def but(self, **other: str) -> str:
        """The query with `team` or `language` set otherwise."""
        wanted = {"team": self.team, "language": self.language} | other
        said = urlencode({name: value for name, value in wanted.items() if value})
        return f"?{said}" if said else ""


def narrowed(
    team: Annotated[str, Query(max_length=80)] = "", language: Annotated[str, Query(max_length=8)] = ""
) -> Narrowed:
    return Narrowed(team, language)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the board: its name (a team's own, or a language's code), cases, and where it leads."""

    value: str
    name: str
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """Teams and languages that the board can be narrowed to; none of a kind where all cases are of one."""

    teams: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    everything: int


def choices(
    session: Session, hours: Hours, lines: Sequence[BoardLine], now: Narrowed
) -> tuple[tuple[BoardLine, ...], Choices]:
    """The lines that are left, and what else there is. Each count is what its choice would show."""
    boxes = {row.id: row.address for row in session.scalars(select(MailboxRow))} if hours.teams else {}

    def team_of(case: CaseRow) -> str:
        found = hours.team_of(boxes.get(case.mailbox_id, ""), case.category)
        return found.key if found else NO_TEAM

    teams = {line.case.id: team_of(line.case) for line in lines} if hours.teams else {}
    names = {team.key: team.name for team in hours.teams}
    by_team = [line for line in lines if now.team in ("", teams.get(line.case.id))]
    by_language = [line for line in lines if now.language in ("", line.case.language)]
    team_counts = Counter(teams[line.case.id] for line in by_language) if teams else Counter()
    language_counts = Counter(line.case.language for line in by_team if line.case.language)
    left = tuple(line for line in by_team if now.language in ("", line.case.language))
    return left, Choices(
        teams=tuple(
            Choice(key, names.get(key, ""), team_counts[key], now.but(team=key), now.team == key)
            for key in (*names, NO_TEAM)
            if team_counts[key] or now.team == key
        ),
        languages=tuple(
            Choice(code, code, count, now.but(language=code), now.language == code)
            for code, count in sorted(language_counts.items(), key=lambda one: (-one[1], one[0]))
        ),
        everything=len(lines),
    )
