"""Mails handled two ways, for tests: what is left out is the same both ways."""

from agent.backtest.outcome import Compared, Drafted, Outcome, Truth


def outcome(
    category: str = "technical",
    *,
    priority: str = "medium",
    needs_review: bool = False,
    draft: Drafted | None = None,
    tokens: int = 0,
    seconds: float = 0.0,
) -> Outcome:
    return Outcome(category, needs_review, priority, 3, draft, tokens, seconds)


def draft(
    *, failed: tuple[str, ...] = (), unsourced: int = 0, words: int = 50, likeness: float | None = None
) -> Drafted:
    return Drafted(failed, unsourced, words, likeness)


def compared(
    before: Outcome,
    after: Outcome,
    *,
    truth: str = "",
    corrected: bool = True,
    mail: str = "#1/1",
    group: str = "technical",
    own: bool = False,
) -> Compared:
    return Compared(mail, group, before, after, Truth(truth, corrected), own)
