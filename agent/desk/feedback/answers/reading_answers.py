"""Comments are read as mails are: mood by the engine of the house, themes and quality by our own word lists.

Only the redacted twin of a comment is read. It happens in a worker, where the models are; the answer's row is the
queue, and a ring may be lost.
"""

from functools import lru_cache

import numpy as np
import structlog
from sqlalchemy import or_, select

from agent.company import Company
from agent.desk.feedback.webhooks.queue import emit_answer
from agent.desk.house import House
from agent.desk.values import hidden_comment
from agent.feedback.answers.comment_quality import quality_of
from agent.feedback.answers.themes import Themes, find_themes, load_themes
from agent.privacy.redaction import NOTHING
from agent.store.session import retry_passing
from agent.store.tables import SurveyAnswerRow
from agent.triage.reading import TriageInput

log = structlog.get_logger()

READ = "read_answer"
"""The task that reads a comment; its id is the answer's."""

AT_MOST = 50


@lru_cache(maxsize=8)
def themes_of(company: Company) -> Themes:
    """The company's themes. Raises `SettingError` for what cannot be meant."""
    return load_themes(company.overrides.get("feedback", {}).get("themes"))


def read_answer(house: House, answer_id: int) -> None:
    """Read one comment, once. A row that is gone, unfinished, not hidden yet or read already needs nothing."""
    with house.store.reading() as session:
        row = session.get(SurveyAnswerRow, answer_id)
    if row is None or row.completed_at is None or row.read_at is not None:
        return
    if row.comment and not row.redacted_comment:
        return
    found = _read(house, row) if row.redacted_comment else {}
    _keep(house, row, found)


def ring_for_reading(house: House) -> None:
    """Ask for every answer that nobody has read, as far as it may be read."""
    with house.store.reading() as session:
        waiting = session.scalars(
            select(SurveyAnswerRow.id)
            .where(
                SurveyAnswerRow.read_at.is_(None),
                SurveyAnswerRow.completed_at.is_not(None),
                or_(SurveyAnswerRow.comment == "", SurveyAnswerRow.redacted_comment != ""),
            )
            .order_by(SurveyAnswerRow.id)
            .limit(AT_MOST)
        ).all()
    for answer_id in waiting:
        house.doorbell.ring(READ, answer_id)


def _read(house: House, row: SurveyAnswerRow) -> dict[str, object]:
    text = hidden_comment(row)
    seen = TriageInput(subject=NOTHING, new_text=text, whole=text, known_language=row.language)
    reading = house.understanding.triage.read(seen)
    words = text.shareable()
    themes = find_themes(words, reading.language.value, themes_of(house.company))
    quality = quality_of(
        words,
        reading.language.value,
        themes=len(themes),
        key_terms=len(reading.key_terms),
        asks=len(reading.asks),
    )
    return {
        "sentiment": str(reading.sentiment.value),
        "themes": list(themes),
        "usefulness": quality.score,
        "vector": np.asarray(house.understanding.topic(seen), np.float32).tobytes(),
    }


@retry_passing
def _keep(house: House, row: SurveyAnswerRow, found: dict[str, object]) -> None:
    """Unless the customer has changed the comment meanwhile: then it is read again."""
    with house.store.writing() as unit:
        kept = unit.session.get(SurveyAnswerRow, row.id, with_for_update=True)
        if kept is None or kept.comment != row.comment:
            return
        for name, value in found.items():
            setattr(kept, name, value)
        kept.read_at = house.clock()
        emit_answer(unit, house, kept)
    log.info("answer.read", answer=row.id, themes=len(found.get("themes", ())))  # type: ignore[arg-type]
