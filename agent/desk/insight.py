"""The facts of a period as the figures count them: with the company's own hours, targets and people."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from agent.cases.case import Priority
from agent.cases.clock_rules import due, passed
from agent.company import Company
from agent.desk.settings.rules import hours_of, rules_of
from agent.insight.facts import CaseFact, DraftFact, Facts, MailFact, Outcome, Whose, time_spent
from agent.store.queries.insight import CaseFound, cases_that_came, drafts_decided, mails_moved

CAME_BACK_WITHIN = timedelta(days=7)
"""A customer who writes so soon after an answer was not helped by it, or not fully."""

MOST_REMEMBERED = 100_000
"""Cases whose clock is not counted anew: some 40 MB in a process that shows figures of as many."""


def facts_of(
    session: Session, company: Company, start: datetime, end: datetime, *, now: datetime, person_id: int = 0
) -> Facts:
    """What happened from `start` up to `end`; of one person's own cases, drafts and mails where `person_id` is given."""
    whose = str(person_id) if person_id else ""
    cases = [case_fact(company, found) for found in cases_that_came(session, start, end)]
    drafts = [
        DraftFact(
            one.case_id, Whose(one.category, one.language, str(one.person or ""), one.mailbox, one.priority), one.at,
            Outcome.REJECTED if one.unchanged is None else Outcome.UNCHANGED if one.unchanged else Outcome.EDITED,
        )
        for one in drafts_decided(session, start, end)
    ]  # fmt: skip
    mails = [
        MailFact(
            one.case_id, Whose(one.category, one.language, str(one.agent or ""), one.mailbox, one.priority), one.at,
            one.incoming,
        )
        for one in mails_moved(session, start, end)
    ]  # fmt: skip
    return Facts(
        now,
        [one for one in cases if not whose or one.whose.agent == whose],
        [one for one in drafts if not whose or one.whose.agent == whose],
        [one for one in mails if not whose or one.whose.agent == whose],
    )


def case_fact(company: Company, found: CaseFound) -> CaseFact:
    """A case as the figures count it: the clock of its priority and of its team's hours."""
    first = found.first_answer_at
    promised, first_answer = None, None
    if found.priority:
        where = found.mailbox, found.country, found.category
        promised, first_answer = _counting(company)(found.came, first, found.priority, *where)
    return CaseFact(
        id=found.id,
        whose=Whose(found.category, found.language, str(found.agent or ""), found.mailbox, found.priority),
        came=found.came,
        open=found.state == "open",
        answered=first,
        first_answer=first_answer,
        due=promised,
        answers=len(found.answers),
        wrote_after=first is not None and any(at > first for at in found.wrote),
        came_back=_came_back(found.answers, found.wrote),
        escalated=found.escalated,
        right=None if not found.predicted else found.corrected in ("", found.predicted),
        handled=time_spent(found.acts),
    )


Counted = tuple[datetime, timedelta | None]


@lru_cache(maxsize=8)
def _counting(company: Company) -> Callable[..., Counted]:
    """When an answer was due and how long it took, by a company's rules; remembered, as the same cases are looked at
    again and again: next week, by another breakdown, as the time before."""
    hours, targets = hours_of(company), rules_of(company)[0].targets

    @lru_cache(maxsize=MOST_REMEMBERED)
    def counted(
        came: datetime, first: datetime | None, priority: str, mailbox: str, country: str, category: str
    ) -> Counted:
        calendar, target = hours.of(mailbox, country, category), targets[Priority(priority)]
        return due(came, target, calendar), None if first is None else passed(came, first, target, calendar)

    return counted


def _came_back(answers: Sequence[datetime], wrote: Sequence[datetime]) -> bool:
    return any(left < at <= left + CAME_BACK_WITHIN for left in answers for at in wrote)
