"""Step 4: what is it about, in which language, in which mood, how does the sender write?"""

from agent.desk.house import House
from agent.desk.steps.work import Apply
from agent.desk.values import customer_record, redacted
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MessageRow, TriageRow
from agent.store.values import dump
from agent.triage.reading import Reading, Sentiment, TriageInput


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        case = session.get_one(CaseRow, message.case_id)
        row = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        known_language = customer_record(row, case.customer_email).language or case.language
        subject, new_text, whole = redacted(message)
    house.understanding.refresh()
    reading = house.understanding.triage.read(
        TriageInput(subject=subject, new_text=new_text, whole=whole, known_language=known_language)
    )

    def apply(unit: Unit, message: MessageRow) -> None:
        unit.session.add(
            TriageRow(
                message_id=message.id, engine=reading.engine, reading=dump(reading), created_at=house.clock()
            )
        )
        message.warnings = [*message.warnings, *reading.warnings]
        case = unit.session.get_one(CaseRow, message.case_id, with_for_update=True)
        if message.id == case.latest_in_id:
            show_on(case, reading)

    return apply


def worse(one: str, other: str) -> str:
    """The worse of two moods; an empty one says nothing."""
    worst_first = list(Sentiment)
    return min(filter(None, (one, other)), key=lambda mood: worst_first.index(Sentiment(mood)), default="")


def show_on(case: CaseRow, reading: Reading) -> None:
    """The case shows what its newest message is about, but for what a person has set."""
    case.language = reading.language.value
    case.summary = reading.summary
    case.sentiment = reading.sentiment.value
    case.worst_sentiment = worse(case.worst_sentiment, case.sentiment)
    if "category" not in case.corrected:
        case.category = reading.category.value
        case.subcategory = reading.category.subcategory
        case.category_confidence = reading.category.confidence
        case.needs_review = reading.category.needs_review
