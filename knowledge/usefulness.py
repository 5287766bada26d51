"""How far documents stand out by having helped before: a prior from people's votes, smoothed and bounded.

A document is judged by the cases of the category that is asked about, and by those of all others for half of what
stands in for missing votes. A few votes move it a little, many votes at most by one; `ranking` gives that one its
weight, which decides between near ones and is too small to bury a document that fits exactly.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Record:
    """What was said of one document in cases of one category, each in number of cases.

    `quoted` counts sent replies that quote the document; nobody said whether it helped.
    """

    document_id: str
    category: str
    helped: int = 0
    not_helped: int = 0
    quoted: int = 0


@dataclass(frozen=True, slots=True)
class Smoothing:
    """The numbers of `data/usefulness.toml`."""

    doubt: float
    quoted: float
    elsewhere: float


@cache
def shipped_smoothing() -> Smoothing:
    return Smoothing(**tomllib.loads((files("knowledge") / "data" / "usefulness.toml").read_text("utf-8")))


class Usefulness:
    """What is known of all documents; of an unknown one nothing, which speaks neither for nor against it."""

    def __init__(self, records: Iterable[Record] = (), smoothing: Smoothing | None = None) -> None:
        self._smoothing = smoothing or shipped_smoothing()
        self._records: dict[str, dict[str, Record]] = {}
        for record in records:
            self._records.setdefault(record.document_id, {})[record.category] = record

    def record(self, document_id: str, category: str) -> Record:
        """What was said of a document in cases of `category`."""
        return self._records.get(document_id, {}).get(category) or Record(document_id, category)

    def prior(self, document_id: str, category: str) -> float:
        """From -1 (never helps) to 1 (always helps), both never reached; 0 where nothing is known."""
        told = self._records.get(document_id)
        if told is None:
            return 0.0
        smoothing = self._smoothing
        balance, votes = self._sum(told.values())
        everywhere = balance / (votes + smoothing.doubt)
        balance, votes = self._sum(filter(None, [told.get(category)]))
        return (balance + smoothing.doubt * smoothing.elsewhere * everywhere) / (votes + smoothing.doubt)

    def _sum(self, records: Iterable[Record]) -> tuple[float, float]:
        """Votes for minus votes against, and all votes; a quotation is a part of a vote for."""
        balance = votes = 0.0
        for record in records:
            weak = self._smoothing.quoted * record.quoted
            balance += record.helped + weak - record.not_helped
            votes += record.helped + weak + record.not_helped
        return balance, votes


NOTHING_KNOWN = Usefulness()
