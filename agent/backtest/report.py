"""What would change, for the better or the worse: aspect by aspect, per category and in all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.backtest.outcome import Compared, Comparison, Drafted, Outcome
from agent.backtest.paired import Paired, mcnemar, signed_ranks

ALL = ""
"""The group of all mails together."""


class Aspect(StrEnum):
    """What is compared. Category, priority and sorting (who goes to a person) are judged by what people say."""

    CATEGORY = "category"
    SORTING = "sorting"
    PRIORITY = "priority"
    CHECKS = "checks"
    SOURCES = "sources"
    LIKENESS = "likeness"


@dataclass(frozen=True, slots=True)
class Line:
    """One aspect in one group: mails compared, how many would change, and the verdict on those that can be judged.

    `before` and `after` are shares: right, of the mails judged; sorted by a person, of all; free of complaints, of
    the drafts. For likeness they are means.
    """

    aspect: Aspect
    mails: int
    changed: int
    before: float
    after: float
    paired: Paired


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way costs: tokens and seconds in all, and the mean length of its drafts in words."""

    tokens: int
    seconds: float
    words: float
    fell_back: int


@dataclass(frozen=True, slots=True)
class Group:
    """The mails of one category, or all of them (`ALL`). Aspects that nothing is known of are left out."""

    name: str
    mails: int
    lines: tuple[Line, ...]
    before: Cost
    after: Cost

    def line(self, aspect: Aspect) -> Line | None:
        return next((one for one in self.lines if one.aspect is aspect), None)


@dataclass(frozen=True, slots=True)
class Changed:
    """A mail that would be sorted or ranked otherwise, with the verdict: 1 better, -1 worse, 0 nobody knows."""

    mail: str
    aspect: Aspect
    before: str
    after: str
    truth: str
    verdict: int


@dataclass(frozen=True, slots=True)
class Report:
    """The comparison in figures: all mails first, then each category by size; and each mail that would move."""

    comparison: Comparison
    groups: tuple[Group, ...]
    moved: tuple[Changed, ...]

    @property
    def total(self) -> Group:
        return self.groups[0]


def report_on(comparison: Comparison) -> Report:
    """The figures of a comparison. Pure: the same comparison always gives the same report."""
    names = sorted(
        {one.group for one in comparison.mails},
        key=lambda name: (-sum(one.group == name for one in comparison.mails), name),
    )
    groups = [_group(ALL, comparison.mails)]
    if len(names) > 1:
        groups += [_group(name, [one for one in comparison.mails if one.group == name]) for name in names]
    return Report(comparison, tuple(groups), tuple(_moved(comparison.mails)))


def _group(name: str, mails: Sequence[Compared]) -> Group:
    lines = (
        _labels(Aspect.CATEGORY, mails, lambda one: one.category, lambda one: one.truth.category),
        _sorting(mails),
        _labels(Aspect.PRIORITY, mails, lambda one: one.priority, lambda one: one.truth.priority),
        _drafts(Aspect.CHECKS, mails, lambda draft: -len(draft.failed)),
        _drafts(Aspect.SOURCES, mails, lambda draft: -draft.unsourced),
        _likeness(mails),
    )
    return Group(
        name,
        len(mails),
        tuple(line for line in lines if line is not None),
        _cost([one.before for one in mails]),
        _cost([one.after for one in mails]),
    )


def _labels(
    aspect: Aspect,
    mails: Sequence[Compared],
    label: Callable[[Outcome], str],
    truth: Callable[[Compared], str],
) -> Line | None:
    if not mails:
        return None
    changed = sum(label(one.before) != label(one.after) for one in mails)
    judged = [
        (label(one.before) == truth(one), label(one.after) == truth(one)) for one in mails if truth(one)
    ]
    return _judged(aspect, len(mails), changed, judged)


def _sorting(mails: Sequence[Compared]) -> Line | None:
    """Which mails go to a person. Right when exactly those do that would be wrong; judged where that changes."""
    if not mails:
        return None
    verdicts = []
    for one in mails:
        if one.truth.category:
            changed = one.before.needs_review != one.after.needs_review
            well = one.after.needs_review != (one.after.category == one.truth.category)
            verdicts.append((1 if well else -1) if changed else 0)
    return Line(
        Aspect.SORTING,
        len(mails),
        sum(one.before.needs_review != one.after.needs_review for one in mails),
        _mean(float(one.before.needs_review) for one in mails),
        _mean(float(one.after.needs_review) for one in mails),
        mcnemar(verdicts),
    )


def _judged(aspect: Aspect, mails: int, changed: int, judged: Sequence[tuple[bool, bool]]) -> Line:
    paired = mcnemar([int(after) - int(before) for before, after in judged])
    return Line(
        aspect,
        mails,
        changed,
        _mean(float(before) for before, _ in judged),
        _mean(float(after) for _, after in judged),
        paired,
    )


def _drafts(aspect: Aspect, mails: Sequence[Compared], worth: Callable[[Drafted], int]) -> Line | None:
    """Drafts by how little there is to complain of; a draft with fewer complaints is the better one."""
    pairs = [(worth(before), worth(after)) for before, after in _both_drafts(mails)]
    if not pairs:
        return None
    paired = mcnemar([(after > before) - (after < before) for before, after in pairs])
    return Line(
        aspect,
        len(pairs),
        sum(before != after for before, after in pairs),
        _mean(float(before == 0) for before, _ in pairs),
        _mean(float(after == 0) for _, after in pairs),
        paired,
    )


def _likeness(mails: Sequence[Compared]) -> Line | None:
    pairs = [
        (before.likeness, after.likeness)
        for before, after in _both_drafts(mails)
        if before.likeness is not None and after.likeness is not None
    ]
    if not pairs:
        return None
    paired = signed_ranks([round(after - before, 3) for before, after in pairs])
    return Line(
        Aspect.LIKENESS,
        len(pairs),
        paired.better + paired.worse,
        _mean(before for before, _ in pairs),
        _mean(after for _, after in pairs),
        paired,
    )


def _both_drafts(mails: Sequence[Compared]) -> list[tuple[Drafted, Drafted]]:
    return [
        (one.before.draft, one.after.draft)
        for one in mails
        if one.before.draft is not None and one.after.draft is not None
    ]


def _cost(outcomes: Sequence[Outcome]) -> Cost:
    drafts = [one.draft for one in outcomes if one.draft is not None]
    return Cost(
        tokens=sum(one.tokens for one in outcomes),
        seconds=round(sum(one.seconds for one in outcomes), 3),
        words=_mean(float(draft.words) for draft in drafts),
        fell_back=sum(draft.fell_back for draft in drafts),
    )


def _moved(mails: Iterable[Compared]) -> Iterable[Changed]:
    for one in mails:
        for aspect, before, after, truth in (
            (Aspect.CATEGORY, one.before.category, one.after.category, one.truth.category),
            (Aspect.PRIORITY, one.before.priority, one.after.priority, one.truth.priority),
        ):
            if before != after:
                verdict = int(after == truth) - int(before == truth) if truth else 0
                yield Changed(one.mail, aspect, before, after, truth, verdict)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0
