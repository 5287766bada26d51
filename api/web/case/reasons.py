"""The reasons for a case's priority as its page shows them: found, added by somebody, or not so as somebody says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.cases.priority import Rules
from agent.cases.reasons import CORRECTABLE
from agent.desk.casework.judging import REASON
from agent.store.queries.case_page import CasePage
from agent.store.tables import CorrectionRow
from agent.triage.reading import FactorName, Sentiment
from api.web import wording
from api.web.draft.letter import restore_for_eyes
from api.web.language import sentences
from api.web.pages import Reader, person_name

Words = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `points` are 0 where it is not so; `said_by` is who added it or says so.

    `evidence` is quoted where it is the customer's own words, else ours about them.
    """

    name: str
    title: str
    evidence: str
    points: int
    is_quoted: bool = False
    is_so: bool = True
    said_by: str = ""

    @property
    def may_be_put_right(self) -> bool:
        """Whether it is read from the words, so that people may know better."""
        return self.name in CORRECTABLE


@dataclass(frozen=True, slots=True)
class Reasons:
    """All reasons of one case, for one reader."""

    page: CasePage
    rules: Rules
    reader: Reader
    words: Words  # gettext

    @property
    def shown(self) -> list[Reason]:
        """What counts, in the order of the case, then what does not."""
        return [*(self._counting(row) for row in self.page.case.factors), *self._refused()]

    @property
    def missing(self) -> list[tuple[str, str]]:
        """Names and words of the reasons that somebody may add; none before the case was judged."""
        if not self.page.case.priority:
            return []
        present = {reason.name for reason in self.shown} | self._found.keys()
        weighty = {name for name, points in self.rules.signal_points.items() if points}
        if self.rules.sentiment_points.get(Sentiment.VERY_NEGATIVE):
            weighty.add(FactorName.SENTIMENT)
        return [(name, self._title(name)) for name in CORRECTABLE if name in weighty - present]

    def _counting(self, row: Mapping[str, Any]) -> Reason:
        name, said = row["name"], self._said.get(row["name"])
        added = said is not None and said.after == "yes" and name not in self._found
        return Reason(
            name,
            self.words(wording.FACTORS.get(name, name)),
            self._evidence(name, row["evidence"]),
            row["points"],
            is_quoted=name in wording.QUOTED,
            said_by=self._name_of(said) if added and said else "",
        )

    def _refused(self) -> Iterator[Reason]:
        """What was found in the newest mail, and is not so."""
        for name, said in self._said.items():
            if said.after == "no" and name in self._found:
                yield Reason(
                    name,
                    self.words(wording.FACTORS.get(name, name)),
                    self._evidence(name, self._found[name]),
                    0,
                    is_quoted=name in wording.QUOTED,
                    is_so=False,
                    said_by=self._name_of(said),
                )

    @property
    def _said(self) -> dict[str, CorrectionRow]:
        """What people said last of each reason, of the mail to answer."""
        return {
            row.field.removeprefix(REASON): row
            for row in self.page.corrections
            if row.field.startswith(REASON) and row.message_id == self.page.case.latest_in_id
        }

    @property
    def _found(self) -> dict[str, str]:
        """The reasons that the engine saw in that mail, each with its evidence."""
        reading = self.page.reading
        found = {signal["name"]: signal["evidence"] for signal in reading.get("signals", ())}
        mood = reading.get("sentiment", {}).get("value", "")
        return found | ({"sentiment": mood} if self.rules.sentiment_points.get(mood) else {})

    def _title(self, name: str) -> str:
        """What somebody adds: of the mood the worst, since that is what counts."""
        if name == FactorName.SENTIMENT:
            return self.words(wording.SENTIMENTS[Sentiment.VERY_NEGATIVE])
        return self.words(wording.FACTORS[name])

    def _evidence(self, name: str, words: str) -> str:
        if name in wording.QUOTED:
            return restore_for_eyes(words, self.page.placeholders)
        if name == FactorName.SENTIMENT:
            return self.words(wording.SENTIMENTS.get(words, words))
        return sentences(self.reader.language).said(words, self._value)

    def _value(self, value: str) -> str:
        mood = wording.SENTIMENTS.get(value.replace(" ", "_"))
        return self.words(mood) if mood else self.reader.value(value)

    def _name_of(self, said: CorrectionRow) -> str:
        return person_name(self.page.people.get(said.person_id or 0)) or self.words("Somebody")
