"""Labelled mails and their library, as `evals/datasets/LABELS.md` describes them."""

import base64
import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.search import Document, DocumentKind


@dataclass(frozen=True, slots=True)
class LabelledMail:
    """What the scorers of search and drafts use of one labelled customer mail."""

    id: str
    language: str
    subject: str
    new_text: str
    category: str
    sentiment: str
    formality: str
    expertise: str
    wants: str
    article: str
    case: str


def read_mails(folder: Path) -> list[LabelledMail]:
    """The customer mails of `mails.jsonl`; robots and spam are left out."""
    return [_mail(record) for record in _records(folder / "mails.jsonl") if record["kind"] == "customer"]


def read_library(folder: Path) -> list[Document]:
    """`knowledge.jsonl` and `cases.jsonl` as documents."""
    articles = [
        Document(one["id"], DocumentKind.ARTICLE, one["lang"], one["title"], one["body"], one["category"])
        for one in _records(folder / "knowledge.jsonl")
    ]
    cases = [
        Document(one["id"], DocumentKind.CASE, one["lang"], one["question"], one["answer"], one["category"])
        for one in _records(folder / "cases.jsonl")
    ]
    return articles + cases


def _mail(record: dict[str, Any]) -> LabelledMail:
    message = email.message_from_bytes(base64.b64decode(record["eml_b64"]), policy=email.policy.default)
    return LabelledMail(
        id=record["id"],
        language=record["lang"],
        subject=str(message["subject"] or ""),
        new_text=record["new_text"],
        category=record["category"],
        sentiment=record["sentiment"],
        formality=record["formality"],
        expertise=record["expertise"],
        wants=record["wants"],
        article=record["article"] or "",
        case=record["case"] or "",
    )


def _records(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
