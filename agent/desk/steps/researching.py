"""Step 9: what helped before? Similar solved cases and articles, best first."""

import structlog
from sqlalchemy import delete

from agent.desk.articles.gaps import gap_of, has_gap, keep_gap
from agent.desk.house import House
from agent.desk.steps.work import Apply
from agent.desk.values import reading_of, redacted
from agent.privacy.redaction import join
from agent.store.session import Unit
from agent.store.tables import MatchRow, MessageRow
from agent.triage.local import opening
from agent.triage.reading import TriageInput
from knowledge.search import IndexUnavailable

log = structlog.get_logger()

MOST_MATCHES = 5
NO_INDEX = "The search index did not answer, so this draft was written without sources."


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        reading = reading_of(session, message_id)
        subject, new_text, whole = redacted(message)
    mail = TriageInput(subject, new_text, whole, known_language=reading.language.value)
    unavailable = False
    try:
        matches = house.understanding.finder.find(
            [join([subject, new_text])],
            opening=opening(mail),
            language=reading.language.value,
            limit=MOST_MATCHES,
            category=reading.category.likely(),
        )
    except IndexUnavailable:
        log.warning("research.no_index", message=message_id)
        matches, unavailable = [], True

    gap = None
    if not unavailable and has_gap(matches):
        gap = gap_of(message, reading, matches, house.understanding.topic(mail))

    def apply(unit: Unit, message: MessageRow) -> None:
        unit.session.execute(delete(MatchRow).where(MatchRow.message_id == message.id))
        keep_gap(unit.session, message.id, gap)
        if unavailable:
            message.warnings = [*message.warnings, NO_INDEX]
        for rank, match in enumerate(matches):
            unit.session.add(
                MatchRow(
                    message_id=message.id,
                    rank=rank,
                    document_id=match.document.id,
                    kind=match.document.kind,
                    language=match.document.language,
                    title=match.document.title,
                    passage=match.passage,
                    score=match.score,
                    reason=match.reason,
                )
            )

    return apply
