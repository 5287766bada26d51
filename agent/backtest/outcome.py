"""What one way of working makes of a past mail, and what people made of it. Figures and labels, no customer's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drafted:
    """Figures of a draft: the checks it failed, sentences that lack a source, its length in words.

    `likeness` to the letter that was really sent is None where none was. `fell_back` says that the language model
    did not answer and the local engine wrote instead.
    """

    failed: tuple[str, ...]
    unsourced: int
    words: int
    likeness: float | None = None
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """One mail as one way of working handles it. `draft` is None where none was written.

    `tokens` went to and came from a language model; `seconds` are of wall time.
    """

    category: str
    needs_review: bool
    priority: str
    score: int
    draft: Drafted | None = None
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What people say is right; empty where nobody has worked on the case yet.

    `…_corrected` tells what somebody set by hand from what was merely let stand: the former is sure, the latter
    favours whatever was shown at the time.
    """

    category: str = ""
    category_corrected: bool = False
    priority: str = ""
    priority_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One mail, handled both ways. `mail` names it (its case or file), `group` is the category it is counted in.

    `own_letter`: what its drafts are compared with began as a draft of ours.
    """

    mail: str
    group: str
    before: Outcome
    after: Outcome
    truth: Truth = Truth()
    own_letter: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """All mails that were handled both ways. `asked` is how many were to be; fewer mean that it was stopped.

    `skipped` counts mails that could not be handled, or whose customers object to it.
    """

    before: str
    after: str
    mails: tuple[Compared, ...]
    asked: int
    skipped: int = 0
