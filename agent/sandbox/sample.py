"""The sample company: its mails, customers, articles and solved cases, all fictional."""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

FOLDER = Path(str(files("agent.sandbox").joinpath("fjordtal")))
SUPPORT = "support@fjordtal.example"
PERSON = "ida@fjordtal.example"
OUTSIDE = "outside"
"""The sandbox's user whose INBOX stands for the rest of the world: mail to any address without a user ends up there."""

EACH_LANGUAGE = 9  # mails delivered in a demonstration: 45 in all


def knowledge_file() -> Path:
    return FOLDER / "knowledge.jsonl"


def cases_file() -> Path:
    return FOLDER / "cases.jsonl"


def customers_file() -> Path:
    return FOLDER / "customers.csv"


def feedback_file() -> Path:
    return FOLDER / "feedback.toml"


def company_file() -> Path:
    return FOLDER / "company.toml"


def mails() -> Iterator[tuple[str, bytes]]:
    """Language and complete bytes of every sample mail."""
    with (FOLDER / "mails.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["lang"], base64.b64decode(row["eml_b64"])


def morning(each_language: int = EACH_LANGUAGE) -> list[bytes]:
    """The first mails of each language, taking turns, as a Monday morning would bring them."""
    by_language: dict[str, list[bytes]] = defaultdict(list)
    for language, raw in mails():
        by_language[language].append(raw)
    return [
        mails_of_language[turn]
        for turn in range(each_language)
        for mails_of_language in by_language.values()
        if turn < len(mails_of_language)
    ]
