"""What the customers of the sample morning were asked and have answered, in five languages.

Everybody and everything in it is made up. It comes on top of `tests.sample_desk`, for pages that would otherwise be
judged empty.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.feedback.campaigns.campaign import Kind, as_json, defaults
from agent.store.tables import (
    CampaignRow,
    CaseRow,
    CustomerRow,
    ExperimentRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    FollowUpRow,
    ImprovementAnswerRow,
    ImprovementRow,
    SurveyAnswerRow,
    SurveyLinkRow,
    VariantRow,
)
from tests.sample_desk import SampleDesk

# customer, survey, language, score, mood, themes, comment, days ago
ANSWERS: tuple[tuple[str, str, str, float, str, tuple[str, ...], str, float], ...] = (
    ("bo@engdraget.example", "csat", "da", 1, "very_negative", ("waiting", "repeated"),
     "Jeg har skrevet tre gange om den samme refusion, og ingen har svaret mig før i dag.", 3),
    ("petra@ostsee.example", "ces", "de", 2, "negative", ("reach", "solved"),
     "Die Zwei-Faktor-Authentifizierung funktioniert immer noch nicht, und telefonisch war niemand zu erreichen.", 1),
    ("lena@bjorkang.example", "csat", "sv", 4, "positive", ("friendly",),
     "Trevligt bemötande, men jag fick vänta ett tag.", 5),
    ("astrid@fjellvik.example", "nps", "nb", 10, "positive", ("waiting", "friendly"),
     "Rask og hyggelig hjelp, svaret kom samme dag.", 8),
    ("owen@harbour.example", "nps", "en", 6, "neutral", ("waiting",),
     "Answers are good once they come; it took days to hear anything.", 12),
    ("harriet@pemberton.example", "csat", "en", 5, "positive", ("solved", "knowing"),
     "The workaround worked, and somebody knew exactly what was wrong.", 15),
    ("soren@havblik.example", "nps", "da", 9, "positive", ("friendly",), "", 20),
)  # fmt: skip

# customer, rule, survey, state, code of the reason, its facts, planned in hours
REQUESTS: tuple[tuple[str, str, str, str, str, dict[str, object], float | None], ...] = (
    ("mads@krogh.example", "support_standard", "csat", "open", "trigger", {"trigger": "support_standard"}, 24),
    ("harriet@pemberton.example", "support_technical", "ces", "open", "trigger",
     {"trigger": "support_technical"}, 26),
    ("ingrid@solbakk.example", "goal_reached", "nps", "open", "condition", {"trigger": "goal_reached"}, None),
    ("nils@norrsken.example", "support_standard", "csat", "not_asked", "open_complaint", {}, None),
    ("soren@havblik.example", "logins", "product", "not_asked", "opted_out", {}, None),
    ("owen@harbour.example", "new_feature", "product", "not_asked", "yields", {"trigger": "support_standard"}, None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleFeedback:
    """Ids of what has a page of its own."""

    request: int  # asked and not answered
    follow_up: int
    campaign: int
    draft: int
    link: int
    improvement: int
    customer: int  # has cases, requests and a bad answer


def fill_feedback(session: Session, now: datetime, desk: SampleDesk) -> SampleFeedback:
    """Seven answers, six wishes, one unanswered request, two follow-ups (one overdue), a campaign and an experiment."""
    people = {row.email: row for row in session.scalars(select(CustomerRow))}
    answers = [answered(session, now, people[line[0]], *line[1:]) for line in ANSWERS]
    for email, name, survey, state, code, facts, hours in REQUESTS:
        _wished(session, now, people[email], name, survey, state, {"code": code, "facts": facts}, hours)
    unanswered = _asked(
        session, now - timedelta(days=2), people["mads@krogh.example"], "product", "da", "asked"
    )
    for email, kind, days in (
        ("bo@engdraget.example", "complained", 4), ("bo@engdraget.example", "customer_wrote", 1),
        ("mads@krogh.example", "login", 2), ("astrid@fjellvik.example", "praise", 8),
        ("harriet@pemberton.example", "feature_used", 6),
    ):  # fmt: skip
        at = now - timedelta(days=days)
        session.add(
            FeedbackEventRow(
                customer_id=people[email].id, kind=kind, at=at, source="api", decided_at=at, created_at=at
            )
        )
    session.add(
        FeedbackOptOutRow(
            customer_id=people["soren@havblik.example"].id, what="all", origin="link", created_at=now
        )
    )
    follow_up = _followed(session, now, answers[0], desk.ida.id, due=-timedelta(hours=5))
    _followed(session, now, answers[1], None, due=timedelta(hours=20))
    campaign = _campaign(session, now, "Kunder i Norden, forår 2026", "running", desk.ida.id)
    draft = _campaign(session, now, "Loyal customers", "draft", desk.ida.id)
    for email in ("owen@harbour.example", "astrid@fjellvik.example", "lena@bjorkang.example"):
        reason: dict[str, object] = {"code": "campaign", "facts": {}}
        _wished(
            session, now, people[email], "campaign", "nps", "open", reason, 48, campaign_id=campaign.id, run=1
        )
    _experiment(session, now, list(people.values()), desk.ida.id)
    link = SurveyLinkRow(
        name="Counter in Aarhus", survey="csat", kind="qr", person_id=desk.ida.id, created_at=now
    )
    improvement = ImprovementRow(
        theme="waiting", title="Answers within the day", person_id=desk.ida.id, created_at=now,
        texts={"en": "You said that you had to wait. Two more of us answer now.",
               "da": "I skrev, at I måtte vente. Nu er vi to mere til at svare."},
    )  # fmt: skip
    session.add_all([link, improvement])
    session.flush()
    waited = [row for row in answers if "waiting" in row.themes]
    session.add_all(ImprovementAnswerRow(improvement_id=improvement.id, answer_id=row.id) for row in waited)
    session.flush()
    whose = people["bo@engdraget.example"].id
    return SampleFeedback(unanswered.id, follow_up.id, campaign.id, draft.id, link.id, improvement.id, whose)


def _wished(
    session: Session, now: datetime, whose: CustomerRow, name: str, survey: str, state: str,
    reason: dict[str, object], hours: float | None, **more: object,
) -> FeedbackRequestRow:  # fmt: skip
    row = FeedbackRequestRow(
        customer_id=whose.id, name=name, survey=survey, state=state, reason=reason, window="case", importance=20,
        cause={"code": "trigger", "facts": {"trigger": name}}, wanted_from=now, wanted_until=now + timedelta(days=7),
        planned_for=None if hours is None else (now + timedelta(hours=hours)).replace(hour=8, minute=30),
        planned_channel="" if hours is None else "email", language=whose.language, created_at=now, **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _asked(
    session: Session, at: datetime, whose: CustomerRow, survey: str, language: str, state: str, **more: object
) -> FeedbackRequestRow:
    """A request whose mail left at `at`."""
    reason: dict[str, object] = {"code": "trigger", "facts": {"trigger": "support_standard"}}
    row = _wished(session, at, whose, "support_standard", survey, state, reason, 0, **more)
    row.language = language
    session.add(
        FeedbackMessageRow(
            request_id=row.id, customer_id=whose.id, channel="email", state="sent", send_after=at, sent_at=at,
            created_at=at,
        )
    )  # fmt: skip
    return row


def answered(
    session: Session, now: datetime, whose: CustomerRow, survey: str, language: str, score: float, mood: str,
    themes: tuple[str, ...], comment: str, days: float,
) -> SurveyAnswerRow:  # fmt: skip
    """An answered request, `days` ago."""
    at = now - timedelta(days=days)
    request = _asked(session, at - timedelta(hours=6), whose, survey, language, "answered")
    request.closed_at = at
    case = session.scalars(select(CaseRow.id).where(CaseRow.customer_id == whose.id)).first()
    row = SurveyAnswerRow(
        request_id=request.id, customer_id=whose.id, case_id=case, survey=survey, channel="email",
        language=language, touchpoint="support_standard", answers={"score": score}, score=score, comment=comment,
        redacted_comment=comment, sentiment=mood, themes=list(themes), usefulness=0.7 if comment else None,
        started_at=at, completed_at=at, read_at=at, created_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _followed(
    session: Session, now: datetime, answer: SurveyAnswerRow, owner: int | None, *, due: timedelta
) -> FollowUpRow:
    row = FollowUpRow(
        answer_id=answer.id, customer_id=answer.customer_id, case_id=answer.case_id, owner_id=owner,
        due_at=now + due, escalated_at=now if due < timedelta(0) else None, created_at=answer.created_at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _campaign(session: Session, now: datetime, name: str, state: str, person: int) -> CampaignRow:
    running = state == "running"
    began = now - timedelta(days=10)
    steps = as_json(defaults(Kind.LOYALTY))
    steps["schedule"]["day"] = began.date().isoformat()
    row = CampaignRow(
        name=name, kind=Kind.LOYALTY.value, steps=steps, state=state,
        runs=1 if running else 0, person_id=person, created_at=began, updated_at=began,
        started_at=began if running else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _experiment(session: Session, now: datetime, people: list[CustomerRow], person: int) -> None:
    """A day or three, thirty days old, with a few who were asked by each arm."""
    began = now - timedelta(days=30)
    row = ExperimentRow(
        name="A day later or three?", about="timing", trigger="support_standard", holdout=0.2, least_days=28,
        hypothesis="Sooner is better, since people still remember.", seed="5eed", sample_size=400,
        cost_per_message_eur=0.05, state="running", person_id=person, created_at=began, started_at=began,
    )  # fmt: skip
    session.add(row)
    session.flush()
    arms = [
        VariantRow(experiment_id=row.id, name="holdout", share=0.2, holdout=True),
        VariantRow(experiment_id=row.id, name="a day later", share=0.4, change={"delay_hours": 24}),
        VariantRow(experiment_id=row.id, name="three days later", share=0.4, change={"delay_hours": 72}),
    ]
    session.add_all(arms)
    session.flush()
    for number, whose in enumerate(people[:9]):
        at = began + timedelta(hours=number)
        _asked(session, at, whose, "ces", "en", "over", variant_id=arms[number % 3].id, closed_at=at)
