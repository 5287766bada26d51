"""From rows of requests, answers and follow-ups to the values that figures are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.feedback.loop.loop_rules import asking_rules_of, kind_of_survey
from agent.feedback.answers.figures import About, Contact, Given, Score
from agent.feedback.answers.themes import NewTheme, new_themes
from agent.feedback.loop.follow_up import is_bad
from agent.feedback.loop.loops import Loop
from agent.store.queries.answers import (
    AnswerLine,
    AskedLine,
    answers_between,
    asked_between,
    follow_ups_between,
    scores_between,
    signs_of_life,
    unthemed,
)
from agent.store.tables import CustomerRow, FeedbackMessageRow, FollowUpRow

COUNTED_AS = {"product": "csat", "service": "csat"}
"""Surveys with the scale and the definition of another: the share of 4 and 5 of 5."""


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """All that a page of figures is drawn from: what was asked and answered in a span of time, and its follow-ups."""

    contacts: tuple[Contact, ...]
    given: tuple[Given, ...]
    loops: tuple[Loop, ...]

    def only(self, wanted: Mapping[str, str]) -> "AnswerFacts":
        """Those about which all of this is true, by the names of `About`; follow-ups are left as they are."""

        def fits(about: About) -> bool:
            return all(getattr(about, name) == value for name, value in wanted.items() if value)

        return AnswerFacts(
            tuple(one for one in self.contacts if fits(one.about)),
            tuple(one for one in self.given if fits(one.about)),
            self.loops,
        )


def answer_facts(session: Session, company: Company, start: datetime, end: datetime) -> AnswerFacts:
    """The facts of the time from `start` up to, not with, `end`."""
    rows = follow_ups_between(session, start, end)
    signs = signs_of_life(session, [row.id for row in rows]) if rows else {}
    asked = asked_between(session, start, end)
    reporting = frozenset(each.channel for line in asked for each in line.messages if each.delivered_at)
    return AnswerFacts(
        contacts=tuple(contact_of(line, reporting) for line in asked),
        given=tuple(given_of(line, company) for line in answers_between(session, start, end)),
        loops=tuple(loop_of(row, signs) for row in rows),
    )


def contact_of(line: AskedLine, reporting: frozenset[str] = frozenset()) -> Contact:
    """A request with its steps; its channel is that of the answer, else that of the first message.

    Over the channels in `reporting`, whose gateways say what was delivered, only that counts as delivered; over all
    others what did not come back.
    """
    messages, answer = line.messages, line.answer
    channel = (answer.channel if answer is not None else "") or messages[0].channel
    language = (answer.language if answer is not None else "") or line.request.language
    return Contact(
        id=line.request.id,
        about=_about(line.request.survey, line.request.name, channel, language, line),
        sent_at=messages[0].sent_at or line.request.created_at,
        delivered=answer is not None or any(_arrived(each, reporting) for each in messages),
        opened=any(each.opened_at is not None for each in messages),
        started=answer is not None,
        completed_at=answer.completed_at if answer is not None else None,
    )


def _arrived(message: FeedbackMessageRow, reporting: frozenset[str]) -> bool:
    if message.delivered_at is not None or message.opened_at is not None:
        return True
    return message.bounced_at is None and message.channel not in reporting


def given_of(line: AnswerLine, company: Company) -> Given:
    """A completed answer, judged by the company's limits."""
    row = line.row
    kind = kind_of_survey(company, row.survey)
    return Given(
        id=row.id,
        about=_about(row.survey, row.touchpoint, row.channel, row.language, line),
        at=row.completed_at or row.created_at,
        kind=COUNTED_AS.get(kind, kind),
        score=row.score,
        bad=is_bad(kind, row.score, asking_rules_of(company).limits),
        sentiment=row.sentiment,
        themes=tuple(row.themes or ()),
        usefulness=row.usefulness,
    )


def scores(session: Session, company: Company, start: datetime, end: datetime) -> list[Score]:
    """The scores of the time from `start` up to, not with, `end`, by the definition that each is counted by."""
    kinds: dict[str, str] = {}
    found = []
    for survey, score, at in scores_between(session, start, end):
        if survey not in kinds:
            kind = kind_of_survey(company, survey)
            kinds[survey] = COUNTED_AS.get(kind, kind)
        found.append(Score(at, kinds[survey], score))
    return found


def loop_of(row: FollowUpRow, signs: Mapping[int, datetime]) -> Loop:
    return Loop(
        id=row.id,
        opened_at=row.created_at,
        due_at=row.due_at,
        closed_at=row.done_at,
        dropped=row.state == "dropped",
        outcome=row.outcome,
        seen_at=signs.get(row.id),
    )


def coming_up(
    session: Session, start: datetime, end: datetime
) -> tuple[tuple[NewTheme, tuple[int, ...]], ...]:
    """What comments are about that no theme fits, each with the numbers of its answers."""
    rows = [row for row in unthemed(session, start, end) if row[2]]
    if not rows:
        return ()
    vectors = np.stack([np.frombuffer(vector, np.float32) for _, _, vector in rows])
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found = new_themes(vectors, [words for _, words, _ in rows])
    return tuple((theme, tuple(rows[member][0] for member in theme.members)) for theme in found)


def values_of(contacts: Iterable[Contact], given: Iterable[Given], by: str) -> tuple[str, ...]:
    """What occurs of a dimension, in alphabetical order: for choosing."""
    about = [one.about for one in contacts] + [one.about for one in given]
    return tuple(sorted({value for one in about if (value := str(getattr(one, by)))}))


def segment_of(customer: CustomerRow | None) -> str:
    """The segment of the record, else whether it is a company or a person; empty for nobody we know."""
    if customer is None:
        return ""
    return customer.segment or ("company" if customer.company else "private")


def _about(survey: str, trigger: str, channel: str, language: str, line: AskedLine | AnswerLine) -> About:
    return About(
        survey=survey,
        trigger=trigger,
        channel=channel,
        segment=segment_of(line.customer),
        product=_product(line.event_data, line.customer),
        variant=line.variant,
        language=language,
        business=bool(line.customer is not None and line.customer.company),
    )


def product_of(line: AnswerLine) -> str:
    """What an answer is about, of what the company sells; empty where nobody said."""
    return _product(line.event_data, line.customer)


def _product(data: Mapping[str, Any], customer: CustomerRow | None) -> str:
    """The product of the event that led to the request, else the one in the customer's record."""
    named = data.get("product") or ((customer.attributes or {}).get("product") if customer else "")
    return str(named or "")
