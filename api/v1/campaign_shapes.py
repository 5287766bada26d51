"""What the JSON API of campaigns takes and gives. The steps have the names that docs/feedback.md and the wizard use."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.feedback.campaigns.audience import MOST_ROWS
from agent.feedback.campaigns.campaign import LONGEST_LEAD, LONGEST_NAME, LONGEST_SUBJECT, Kind

Language = Literal["da", "nb", "sv", "de", "en"]
Typed = Annotated[str, Field(max_length=200)]
Number = Annotated[int, Field(ge=0, le=100_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RowIn(_Strict):
    """One condition of an audience: `{"about": "customer", "name": "country", "test": "is", "value": "DK,SE"}`."""

    about: Literal[
        "customer", "event", "purchase", "case_opened", "case_closed", "case_open_now", "asked", "answered"
    ]
    name: Typed = ""
    test: Literal["is", "not", "at_least", "at_most", "known", "unknown"] = "at_least"
    value: Typed = ""
    days: Typed = ""


class AudienceIn(_Strict):
    """Members of any of `segments` (empty: everybody) for whom all, or any, of the rows hold."""

    segments: Annotated[list[Typed], Field(max_length=100)] = []
    match: Literal["all", "any"] = "all"
    rows: Annotated[list[RowIn], Field(max_length=MOST_ROWS)] = []


class MessageIn(_Strict):
    """The survey, and the words that lead to it, by language; a language that is left out stays as it is."""

    survey: Typed = ""
    subject: dict[Language, Annotated[str, Field(max_length=LONGEST_SUBJECT)]] = {}
    lead: dict[Language, Annotated[str, Field(max_length=LONGEST_LEAD)]] = {}


class PlanIn(_Strict):
    """Channels in their order, and how they follow one another."""

    order: Annotated[list[Typed], Field(max_length=10)] = []
    messages: Number = 1
    wait_days: Number = 3
    window: Typed = ""
    importance: Typed = ""
    within_days: Number = 7


class ScheduleIn(_Strict):
    """`day` and `until` are dates, `at` a time of day, in the company's zone."""

    how: Literal["now", "date", "event", "recurring"] = "now"
    day: Typed = ""
    at: Typed = ""
    event: Typed = ""
    after_hours: Number = 24
    every: Literal["daily", "weekly", "monthly", "yearly"] = "monthly"
    interval: Number = 1
    weekdays: Annotated[
        list[Annotated[int, Field(ge=1, le=7)]],
        Field(max_length=7, description="of a weekly campaign; 1 Monday"),
    ] = []
    until: Typed = ""


class NewCampaign(_Strict):
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    kind: Kind


class ChangeCampaign(_Strict):
    """What is left out stays. `version` is the one that you read; another kind starts the other steps anew."""

    version: int
    name: Annotated[str | None, Field(min_length=1, max_length=LONGEST_NAME)] = None
    kind: Kind | None = None
    audience: AudienceIn | None = None
    message: MessageIn | None = None
    plan: PlanIn | None = None
    schedule: ScheduleIn | None = None


class Seen(_Strict):
    """The version that you read: of what changed meanwhile nothing is done (409)."""

    version: int


class TestMail(_Strict):
    language: Language


class ReasonOut(BaseModel):
    """Why people are not asked: a stable code, what it says of them (“were asked lately”), and how many."""

    code: str
    people_who: str
    customers: int


class ProgressOut(BaseModel):
    """`planned` are all requests; `waiting` of them for their time; `not_asked` found with the audience and left out."""

    planned: int
    waiting: int
    sent: int
    answered: int
    dropped: int
    not_asked: int


class CampaignOut(BaseModel):
    """A campaign in a list. `next_run_at` is null when it does not run again."""

    id: int
    name: str
    kind: Kind
    state: str
    version: int
    runs: int
    next_run_at: datetime | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: ProgressOut


class CampaignPageOut(BaseModel):
    """`next` goes into `after` for the next page; null on the last."""

    items: list[CampaignOut]
    next: int | None


class CampaignDetail(CampaignOut):
    """`problems` keep it from starting, by field; `warnings` do not. `coming_runs` are the next ones as scheduled."""

    steps: dict[str, Any]
    held_back: list[ReasonOut]
    problems: dict[str, str]
    warnings: list[str]
    coming_runs: list[datetime]
    copied_from_id: int | None


class ReachOut(BaseModel):
    """Whom it would ask now. Of more than 2,000 members a sample is looked at, and the rest reckoned from it."""

    customers: int
    members: int
    would_ask: int
    looked_at: int
    held_back: list[ReasonOut]
    languages: dict[str, int]


class PreviewOut(BaseModel):
    """The message as it goes out; `short` is that of SMS, WhatsApp and chat."""

    subject: str
    text: str
    html: str
    short: str


class TestMailOut(BaseModel):
    outbox_id: int
    to: str
