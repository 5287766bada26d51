"""What the page of a customer says, worked out from the rows: no markup here, no decisions in the template."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from babel.dates import format_date

from agent.customers.impression import role_of_record
from agent.customers.profile import TRAITS, StyleProfile, Trait
from agent.desk.learning.profiling import PURPOSE, profile_of
from agent.feedback.reasons import sentence
from agent.feedback.timing.light import Light
from agent.store.queries.customers import CustomerPage, MoodPoint
from agent.store.tables import CaseRow
from api.web.language import marked
from api.web.pages import Reader
from api.web.time_left import TimeLeft

Words = Callable[[str], str]

TRAIT_NAMES = {
    "formality": marked("Formality"),
    "address": marked("Form of address"),
    "expertise": marked("Expertise"),
    "length": marked("Length"),
    "warmth": marked("Warmth"),
    "role": marked("Role"),
}

LEVELS = {
    "informal": marked("Informal"),
    "formal": marked("Formal"),
    "familiar": marked("First name (du)"),
    "polite": marked("Polite (Sie, De, Ni)"),
    "beginner": marked("Plain words"),
    "practitioner": marked("Everyday terms"),
    "expert": marked("Technical"),
    "short": marked("Short"),
    "detailed": marked("Detailed"),
    "direct": marked("Direct"),
    "warm": marked("Warm"),
}

ROLES = {
    "technician": marked("Technician"),
    "operations_manager": marked("Operations manager"),
    "purchaser": marked("Purchaser"),
    "it": marked("IT professional"),
    "business": marked("Business user"),
    "beginner": marked("Beginner"),
}

TRENDS = {
    "falling": marked("Less pleased lately"),
    "steady": marked("About as usual"),
    "rising": marked("More pleased lately"),
}

LIGHTS = {
    # its words, its icon
    "green": (marked("May be asked"), "circle-check"),
    "yellow": (marked("Wait"), "triangle-alert"),
    "red": (marked("Do not ask now"), "octagon-alert"),
}

_HEIGHTS = {"positive": 4, "neutral": 12, "negative": 20, "very_negative": 28}
_STEP, _EDGE = 14, 7


@dataclass(frozen=True, slots=True)
class ShownTrait:
    """One line of the profile. `place` is where on a scale from 0 to 4 the mails lie, None without a scale or mails.

    `source` is who says so: mails, person, record, or empty.
    """

    name: str
    label: str
    level: str
    words: str
    place: int | None
    confidence: float
    source: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownMood:
    """A dot of the mood chart."""

    x: int
    y: int
    sentiment: str
    at: datetime


@dataclass(frozen=True)
class CustomerView:
    """One reader's view of a customer."""

    page: CustomerPage
    reader: Reader
    words: Words  # gettext
    light: Light
    may_agree: bool

    @property
    def name(self) -> str:
        customer = self.page.customer
        return customer.name or customer.company or customer.email

    @cached_property
    def profile(self) -> StyleProfile:
        return profile_of(self.page.style)

    @property
    def remembers(self) -> bool:
        """Whether a profile may be kept at all."""
        return PURPOSE not in (self.page.customer.objections or ())

    @property
    def drafts_wanted(self) -> bool:
        return "drafts" not in (self.page.customer.objections or ())

    @property
    def facts(self) -> list[tuple[str, str]]:
        customer, _, reader = self.page.customer, self.words, self.reader
        revenue = customer.annual_revenue_eur
        facts = [
            (_("E-mail"), customer.email),
            (_("Company"), customer.company),
            (_("Tier"), customer.tier),
            (_("A year"), reader.euros(revenue) if revenue is not None else ""),
            (_("Language"), reader.language_name(customer.language) if customer.language else ""),
            (_("Country"), customer.country),
            (_("Segment"), customer.segment),
            (_("Owner"), customer.owner),
            *(
                (name.replace("_", " ").capitalize(), str(value))
                for name, value in customer.attributes.items()
            ),
        ]
        return [(name, value) for name, value in facts if value]

    @property
    def traits(self) -> Iterator[ShownTrait]:
        for name, levels in TRAITS.items():
            trait, names = self.profile.trait(name), ROLES if name == "role" else LEVELS
            level, source = trait.level, "person" if trait.chosen else "mails" if trait.learnt else ""
            if name == "role" and not level:
                level = role_of_record(self.page.customer.attributes)
                source = "record" if level else ""
            yield ShownTrait(
                name=name,
                label=self.words(TRAIT_NAMES[name]),
                level=level,
                words=self.words(names[level]) if level else self.words("Not known yet"),
                place=None if name == "role" else _place(trait, levels),
                confidence=trait.confidence,
                source=source,
                choices=tuple((one, self.words(names[one])) for one in levels),
            )

    @property
    def trend(self) -> str:
        return self.words(TRENDS[self.profile.mood.trend]) if self.profile.mails > 1 else ""

    @property
    def moods(self) -> list[ShownMood]:
        return [
            ShownMood(_EDGE + _STEP * at, _HEIGHTS.get(point.sentiment, 12), point.sentiment, point.at)
            for at, point in enumerate(self._mood_points)
        ]

    @property
    def mood_width(self) -> int:
        return 2 * _EDGE + _STEP * max(0, len(self._mood_points) - 1)

    @property
    def _mood_points(self) -> tuple[MoodPoint, ...]:
        return self.page.moods

    @property
    def history(self) -> list[tuple[str, list[CaseRow]]]:
        """Cases under the day, month or year in which they began, the coarser the longer ago; newest first."""
        return [(name, list(group)) for name, group in groupby(self.page.cases, key=self._heading)]

    def _heading(self, row: CaseRow) -> str:
        began = row.created_at.astimezone(self.reader.zone).date()
        today = self.reader.now.astimezone(self.reader.zone).date()
        if began == today:
            return self.words("Today")
        if began.year != today.year:
            return str(began.year)
        if began.month != today.month:
            return self.words("Earlier in %(year)s") % {"year": today.year}
        name = format_date(began, "LLLL", locale=self.reader.locale)
        return name[:1].upper() + name[1:]

    def began(self, row: CaseRow) -> str:
        """When a case began: the time for today, else the day."""
        zone = self.reader.zone
        is_today = row.created_at.astimezone(zone).date() == self.reader.now.astimezone(zone).date()
        return self.reader.clock(row.created_at) if is_today else self.reader.day(row.created_at)

    @property
    def first_answer(self) -> TimeLeft | None:
        """The median time to the first answer, in the shape that durations are drawn from."""
        waited = self.page.figures.first_answer
        return None if waited is None else TimeLeft("plenty", int(waited.total_seconds() // 60))

    @property
    def light_reasons(self) -> list[str]:
        reasons = (self.light.reason, *self.light.others)
        return [sentence(reason, self.reader.language, self.reader.zone) for reason in reasons]


def _place(trait: Trait, levels: tuple[str, ...]) -> int | None:
    """Where on a scale of five points the level that a person set, or the mean of all votes, lies."""
    last = len(levels) - 1
    if trait.chosen:
        return round(4 * levels.index(trait.chosen) / last)
    whole = sum(trait.votes.values())
    if not whole:
        return None
    return round(
        4 * sum(levels.index(level) * weight for level, weight in trait.votes.items()) / whole / last
    )
