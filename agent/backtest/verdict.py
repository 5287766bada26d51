"""The report in plain words: what would change, who says that it is better, and how far that can be trusted."""

from collections.abc import Iterator

from agent.backtest.report import Aspect, Group, Line, Report

_LEAST_JUDGED = 6
"""Changes from which on an exact paired test can show anything at all: five heads of five are still chance."""

_NAMES = {
    Aspect.CATEGORY: "another category",
    Aspect.SORTING: "another answer to whether a person sorts them",
    Aspect.PRIORITY: "another priority",
    Aspect.CHECKS: "other failed checks in the draft",
    Aspect.SOURCES: "another number of sentences without a source",
    Aspect.LIKENESS: "a draft nearer to or further from the letter that was sent",
}
_WHAT = {
    Aspect.CATEGORY: "category",
    Aspect.SORTING: "sorting by people",
    Aspect.PRIORITY: "priority",
    Aspect.CHECKS: "checks",
    Aspect.SOURCES: "sources",
    Aspect.LIKENESS: "likeness to what was sent",
}


def verdict(report: Report) -> str:
    """One sentence to decide by."""
    total = report.total
    if not total.mails:
        return "There was no mail to compare."
    if not any(line.changed for line in total.lines):
        return f"Nothing would change in {_mails(total.mails)}."
    worse = " and ".join(_WHAT[line.aspect] for line in total.lines if line.paired.shown < 0)
    better = " and ".join(_WHAT[line.aspect] for line in total.lines if line.paired.shown > 0)
    if worse:
        return (
            f"Better in {better}, worse in {worse}: weigh the two."
            if better
            else f"Worse in {worse}: better not switched on."
        )
    if better:
        return f"Better in {better}, and worse in nothing that could be shown."
    judged = max((line.paired.better + line.paired.worse for line in total.lines), default=0)
    if judged < _LEAST_JUDGED:
        return "Too few of the changes can be judged to tell better from worse: look at them one by one."
    return "It changes things, but no better and no worse than chance would have it."


def sentences(report: Report) -> list[str]:
    """One line for each aspect that would change, then what it costs and what to bear in mind."""
    total = report.total
    lines = [_sentence(line) for line in total.lines if line.changed]
    return [*lines, *_costs(total), *_caveats(report)]


def _sentence(line: Line) -> str:
    paired = line.paired
    start = f"{line.changed} of {line.mails} would get {_NAMES[line.aspect]}"
    now, then = f"{line.before:.0%}", f"{line.after:.0%}"
    match line.aspect:
        case Aspect.CATEGORY | Aspect.PRIORITY:
            if not paired.judged:
                return f"{start}; nobody has said what is right."
            right = f"right in {now} now, {then} then, of {paired.judged} that can be judged"
            return f"{start}; {_judged(line, 'agree with people')} ({right}; {_chance(line)})."
        case Aspect.SORTING:
            shares = f"{now} go to a person now, {then} then"
            return f"{start}; {_judged(line, 'rightly by what people say')} ({shares}; {_chance(line)})."
        case Aspect.LIKENESS:
            means = f"mean {line.before:.2f} now, {line.after:.2f} then"
            return f"{start}: {paired.better} nearer, {paired.worse} further ({means}; {_chance(line)})."
        case Aspect.CHECKS | Aspect.SOURCES:
            clean = "pass all checks" if line.aspect is Aspect.CHECKS else "have a source for every sentence"
            shares = f"{now} {clean} now, {then} then"
            return f"{start}: {paired.better} better, {paired.worse} worse ({shares}; {_chance(line)})."


def _judged(line: Line, better: str) -> str:
    rest = line.changed - line.paired.better - line.paired.worse
    return f"{line.paired.better} {better}, {line.paired.worse} worse" + (f", {rest} open" if rest else "")


def _chance(line: Line) -> str:
    return f"p = {line.paired.p_value:.2g}" if line.paired.p_value >= 0.001 else "p < 0.001"


def _costs(total: Group) -> Iterator[str]:
    before, after = total.before, total.after
    if before.tokens or after.tokens:
        yield (
            f"Tokens a mail: {before.tokens / total.mails:,.0f} now, {after.tokens / total.mails:,.0f} then."
        )
    if before.seconds or after.seconds:
        yield f"Seconds a mail: {before.seconds / total.mails:.2f} now, {after.seconds / total.mails:.2f} then."
    if before.words or after.words:
        yield f"Words a draft: {before.words:.0f} now, {after.words:.0f} then."


def _caveats(report: Report) -> Iterator[str]:
    comparison, total = report.comparison, report.total
    if total.mails < comparison.asked - comparison.skipped:
        yield f"It was stopped after {total.mails} of {comparison.asked} mails."
    if comparison.skipped:
        yield f"{_mails(comparison.skipped)} left out: unreadable, or the customer objects."
    let_stand = sum(bool(one.truth.category) and not one.truth.category_corrected for one in comparison.mails)
    if let_stand:
        yield f"{_mails(let_stand)} judged by what people let stand, which favours the present way."
    if own := sum(one.own_letter for one in comparison.mails):
        yield f"{own} of the letters compared with began as our drafts, which favours the present way."
    for name, cost in (("now", total.before), ("then", total.after)):
        if cost.fell_back:
            yield f"{cost.fell_back} drafts came from the local engine, without the language model ({name})."


def _mails(count: int) -> str:
    return f"{count} mail{'' if count == 1 else 's'}"
