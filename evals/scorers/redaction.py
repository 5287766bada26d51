"""How much personal data the redactor hides, and how many ordinary words with it.

    python -m evals.scorers.redaction DATA_FOLDER [--peers] [--misses]

DATA_FOLDER holds `dev/mails.jsonl` and `small/{ner,mails,ids}.jsonl`, and for `--peers` also `peers/2_pii`. A gold
string counts as hidden when every letter and digit of each of its occurrences lies in a span; the kind of the span
is reported apart, because a name hidden as an address is hidden all the same.
"""

import argparse
import base64
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.mail.parse import parse
from agent.privacy.engine import build_redactor
from agent.privacy.redaction import KnownPeople, PiiSpan, Redactor

_SMALL_KINDS = {
    "PER": "PERSON",
    "LOC": "ADDRESS",
    "CARD": "CREDIT_CARD",
    "IP": "IP_ADDRESS",
    "ID": "NATIONAL_ID",
    **dict.fromkeys(("DK_CVR", "NO_ORGNR", "SE_ORGNR"), "ORG_ID"),
    **dict.fromkeys(("DK_CPR", "NO_FNR", "SE_PNR", "DE_IDNR", "DE_STNR"), "NATIONAL_ID"),
}
_PEER_KINDS = {"PERSON", "EMAIL", "PHONE", "IBAN", "CREDIT_CARD", "IP_ADDRESS", "NATIONAL_ID"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A text with gold stretches `(start, end, kind)`."""

    id: str
    text: str
    gold: tuple[tuple[int, int, str], ...]
    language: str = ""
    known: KnownPeople = field(default_factory=KnownPeople)


@dataclass
class Score:
    """Counts over a set: gold stretches by kind, those hidden, those hidden under their own kind, spans, words."""

    gold: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    right_kind: Counter[str] = field(default_factory=Counter)
    spans: Counter[str] = field(default_factory=Counter)
    good_spans: Counter[str] = field(default_factory=Counter)
    words: int = 0
    words_hidden: int = 0
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)
    excess: list[str] = field(default_factory=list)

    def recall(self, kind: str = "") -> float:
        """Of one kind, or of all."""
        gold, hidden = (
            (self.gold[kind], self.hidden[kind]) if kind else (self.gold.total(), self.hidden.total())
        )
        return hidden / gold if gold else 1.0

    @property
    def ordinary_words_hidden(self) -> float:
        return self.words_hidden / self.words if self.words else 0.0


def score(redactor: Redactor, samples: Iterable[Sample]) -> Score:
    """Redact every sample and count."""
    total = Score()
    for sample in samples:
        began = time.process_time()
        redaction = redactor.redact(sample.text, language=sample.language, known=sample.known)
        total.seconds += time.process_time() - began
        tally(total, sample, redaction.spans)
    return total


def tally(total: Score, sample: Sample, spans: tuple[PiiSpan, ...]) -> None:
    """Count one sample's gold stretches against the spans found in it."""
    covered = [""] * len(sample.text)
    for span in spans:
        covered[span.start : span.end] = [span.type.value] * (span.end - span.start)
    private = bytearray(len(sample.text))
    strings: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for start, end, kind in sample.gold:
        private[start:end] = b"\x01" * (end - start)
        strings.setdefault((sample.text[start:end], kind), []).append((start, end))
    for (string, kind), places in strings.items():
        letters = [i for start, end in places for i in range(start, end) if sample.text[i].isalnum()]
        if kind == "PERSON" and string[-1] == "s":  # "[PERSON_1]s": a genitive's -s may stay
            letters = [i for i in letters if i + 1 not in {end for _, end in places}]
        total.gold[kind] += 1
        total.right_kind[kind] += all(covered[i] == kind for i in letters)
        if all(covered[i] for i in letters):
            total.hidden[kind] += 1
        else:
            at = places[0][0]
            total.misses.append(
                f"{sample.id} {kind} {string!r} in {sample.text[max(0, at - 40) : at + len(string) + 20]!r}"
            )
    for span in spans:
        total.spans[span.type.value] += 1
        if any(private[span.start : span.end]):
            total.good_spans[span.type.value] += 1
        else:
            around = sample.text[max(0, span.start - 30) : span.end + 20]
            total.excess.append(f"{sample.id} {span.type} {span.text!r} {span.score:.2f} in {around!r}")
    for word in re.finditer(r"[^\W\d_]{2,}", sample.text):
        if not any(private[word.start() : word.end()]):
            total.words += 1
            total.words_hidden += any(covered[word.start() : word.end()])


def dev_mails(folder: Path, company: tuple[str, ...] = ()) -> Iterator[Sample]:
    """Whole support mails: subject, new text, signature and quotes."""
    for line in (folder / "dev" / "mails.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        mail = parse(base64.b64decode(row["eml_b64"]))
        text = f"{mail.subject}\n{mail.text}"
        people = (mail.sender, *mail.reply_to, *mail.to, *mail.cc)
        known = KnownPeople(
            names=tuple(p.name for p in people if p.name),
            emails=tuple(p.email for p in people),
            company_names=company,
        )
        gold = tuple(
            (m.start(), m.end(), entity["type"])
            for entity in row["pii"]
            for m in re.finditer(rf"(?<!\w){re.escape(entity['text'])}(?!\w)", text)
        )
        yield Sample(row["id"], text, gold, row["lang"], known)


def small_set(folder: Path, name: str) -> Iterator[Sample]:
    """One of the short hand-written sets; towns, organisations and web addresses are not personal data."""
    for line in (folder / "small" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Sample(row["id"], row["text"], small_gold(row), row["lang"])


def small_gold(row: dict[str, Any]) -> tuple[tuple[int, int, str], ...]:
    """The gold stretches of a row of the short sets, under our names for their kinds."""
    return tuple(
        (start, end, _SMALL_KINDS.get(kind, kind))
        for start, end, kind in row["entities"]
        if kind not in ("ORG", "URL") and (kind != "LOC" or any(c.isdigit() for c in row["text"][start:end]))
    )


def peer_set(path: Path, limit: int = 800) -> Iterator[Sample]:
    """A published set (measured only): those of its kinds that are ours."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if number >= limit or "text" not in row:
                break
            gold = tuple(
                (s["start"], s["end"], s["label"]) for s in row["spans"] if s["label"] in _PEER_KINDS
            )
            yield Sample(str(row.get("id", number)), row["text"], gold, row.get("lang", ""))


def report(name: str, total: Score, misses: bool) -> str:
    """A table for people."""
    hidden = f"ordinary words hidden {total.ordinary_words_hidden:.2%}"
    lines = [f"{name}: recall {total.recall():.3f}, {hidden}, {1000 * total.seconds:.0f} ms CPU"]
    for kind in sorted(total.gold):
        spans = total.spans[kind]
        lines.append(
            f"  {kind:14} recall {total.recall(kind):.3f} ({total.hidden[kind]}/{total.gold[kind]}), "
            f"own kind {total.right_kind[kind] / total.gold[kind]:.3f}, "
            f"precision {total.good_spans[kind] / spans if spans else 1.0:.3f} of {spans}"
        )
    if misses:
        lines += [f"  missed {miss}" for miss in total.misses] + [f"  excess {one}" for one in total.excess]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("folder", type=Path)
    options.add_argument(
        "--company", action="append", default=[], help="a name of the company that is never hidden"
    )
    options.add_argument("--peers", action="store_true")
    options.add_argument("--misses", action="store_true")
    options.add_argument("--only", default="")
    chosen = options.parse_args()
    redactor = build_redactor(chosen.company)
    sets: list[tuple[str, Iterable[Sample]]] = [("dev", dev_mails(chosen.folder))]
    sets += [(name, small_set(chosen.folder, name)) for name in ("ner", "mails", "ids")]
    if chosen.peers:
        sets += [
            (p.parent.name, peer_set(p)) for p in sorted((chosen.folder / "peers" / "2_pii").glob("*/*.gz"))
        ]
    for name, samples in sets:
        if chosen.only in ("", name):
            print(report(name, score(redactor, samples), chosen.misses))


if __name__ == "__main__":
    main()
