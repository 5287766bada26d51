"""Articles by people's hands: from a solved case, from nothing, or as a change of one that is there.

What comes from a case was written by and to one customer. It is composed from redacted text, and refused as long as
personal data is found in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import placeholders_of
from agent.desk.house import House
from agent.desk.steps.indexing import ask_for_indexing
from agent.drafting.generalising import generalise, generalise_words
from agent.errors import Conflict, NotFound, PrivacyRefused, WrongUse
from agent.mail.conversation import plain_start
from agent.mail.signature import is_closing
from agent.privacy.placeholders import NEARLY
from agent.privacy.redaction import KnownPeople, PiiSpan, PiiType, Redaction
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    DocumentRow,
    DraftRow,
    MailboxRow,
    MessageRow,
    PersonRow,
    TriageRow,
)
from knowledge.search import DocumentKind, Match

LANGUAGES = ("da", "nb", "sv", "de", "en")
MAX_TITLE, MAX_BODY = 300, 100_000  # characters
MOST_ASKS = 3
LIKE_ENOUGH = 0.3  # score from which an article is shown as perhaps the same
_LEAST_TITLE_WORDS = 3
_SIGN_OFF_LINES = 6


@dataclass(frozen=True, slots=True)
class Article:
    """What a person edits. `id` is empty for a new one; `case_id` names the case it was made from."""

    title: str
    body: str
    language: str
    category: str = ""
    id: str = ""
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An article composed from a case, and the sentences of the answer that were put aside as its own matter."""

    article: Article
    put_aside: tuple[str, ...] = ()


class StillPersonal(WrongUse):
    """The article holds personal data; `spans` say where in title, newline, body."""

    def __init__(self, spans: Sequence[PiiSpan]) -> None:
        super().__init__(
            "This article still holds personal data.",
            code="article.personal",
            remedy="Replace what is marked by general words, then save it again.",
        )
        self.spans = tuple(spans)


def id_for_case(case_id: int) -> str:
    """The id of the article that is made from a case; a case gives one article."""
    return f"from-case-{case_id}"


def compose(session: Session, house: House, case_id: int) -> Proposal:
    """Begin an article with the customer's question and the answer that was sent.

    Raises `NotFound` for an unknown case, `Conflict` for one that was not answered yet.
    """
    case = session.get(CaseRow, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.", code="case.unknown", remedy="Check the number.")
    draft = session.scalar(
        select(DraftRow)
        .where(DraftRow.case_id == case_id, DraftRow.state == "sent")
        .order_by(DraftRow.version.desc())
        .limit(1)
    )
    if draft is None:
        raise Conflict(
            "No answer has been sent in this case yet.",
            code="article.no_answer",
            remedy="Answer the customer first, or write an article from nothing.",
        )
    letter = _without_sign_off(draft.text)
    hidden = _redact(session, house, case, letter, draft.language)
    answer = generalise(_with_own_addresses(session, hidden), draft.language)
    question = session.get_one(MessageRow, draft.message_id)
    asks = _asks(session, question)
    title = generalise_words(plain_start(question.redacted_subject or ""), case.language)
    if len(title.split()) < _LEAST_TITLE_WORDS and asks:
        title = generalise_words(asks[0], case.language)
    asked = " ".join(generalise_words(ask, case.language) for ask in asks[:MOST_ASKS])
    body = "\n\n".join(filter(None, [asked if asked != title else "", answer.text]))
    article = Article(
        title[:MAX_TITLE], body, draft.language or case.language, case.category, case_id=case_id
    )
    return Proposal(article, answer.put_aside)


def personal_data(session: Session, house: House, article: Article) -> tuple[PiiSpan, ...]:
    """Personal data in title, newline and body. The company's own names and addresses are none."""
    case = session.get(CaseRow, article.case_id) if article.case_id else None
    text = f"{article.title}\n{article.body}"
    found = _redact(session, house, case, text, article.language).spans
    own = _own_domains(session)
    return tuple(span for span in found if not (span.type is PiiType.EMAIL and _domain(span.text) in own))


def near_duplicates(session: Session, house: House, article: Article) -> list[Match]:
    """Articles that perhaps say the same, most alike first. Raises `IndexUnavailable`."""
    text = f"{article.title}\n{article.body}"
    hidden = _redact(session, house, None, text, article.language).text
    found = house.understanding.finder.find(
        [hidden], language=article.language, limit=4, kinds=[DocumentKind.ARTICLE], category=article.category
    )
    return [match for match in found if match.id != article.id and match.score >= LIKE_ENOUGH]


def save(unit: Unit, house: House, article: Article, *, person: PersonRow) -> DocumentRow:
    """Keep an article, new or changed; the workers index it within seconds.

    Raises `WrongUse` for one without title or text, `StillPersonal` where customers' data stands in it, `NotFound`
    when the changed one was removed meanwhile, `Conflict` when the case has given an article already.
    """
    session, now = unit.session, house.clock()
    article = _trimmed(article)
    row = session.get(DocumentRow, article.id, with_for_update=True) if article.id else None
    if article.id and row is None:
        raise NotFound(
            "This article was removed meanwhile.", code="document.unknown", remedy="Bring it back first."
        )
    if article.case_id or (row is not None and _came_from_customers(row)):
        _refuse_personal(session, house, article)
    if row is None:
        row = _new_row(session, house, article)
        session.add(row)
    row.title, row.body = article.title, article.body
    row.language, row.category = article.language, article.category
    if article.case_id and not row.origin.startswith("case "):
        row.origin = f"{row.origin}, case {article.case_id}".removeprefix(", ")
    row.updated_at, row.indexed_at = now, None
    session.flush()
    action = "article.changed" if article.id else "article.written"
    record(unit, action, actor=by(person), now=now, case_id=article.case_id, subject=f"document:{row.id}")
    ask_for_indexing(unit, house)
    return row


def _new_row(session: Session, house: House, article: Article) -> DocumentRow:
    now = house.clock()
    document_id = id_for_case(article.case_id) if article.case_id else f"written-{now:%Y%m%d-%H%M%S-%f}"
    if session.get(DocumentRow, document_id) is not None:
        raise Conflict(
            "An article was made from this case already.",
            code="article.exists",
            remedy="Look for it in the list, and change that one.",
        )
    origin = f"case {article.case_id}" if article.case_id else "written at the desk"
    return DocumentRow(
        id=document_id, kind=DocumentKind.ARTICLE.value, language="", title="", body="", origin=origin,
        created_at=now, updated_at=now,
    )  # fmt: skip


def _trimmed(article: Article) -> Article:
    title = " ".join(article.title.split())
    body = article.body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not title or not body:
        raise WrongUse(
            "An article needs a title and a text.", code="article.empty", remedy="Write both, then save it."
        )
    if article.language not in LANGUAGES:
        raise WrongUse(
            "An article needs its language.", code="article.language", remedy="Choose it from the list."
        )
    if len(title) > MAX_TITLE or len(body) > MAX_BODY:
        raise WrongUse(
            "This article is too long.", code="article.too_long", remedy="Split it into several articles."
        )
    return Article(title, body, article.language, article.category, article.id, article.case_id)


def _came_from_customers(row: DocumentRow) -> bool:
    return row.kind == DocumentKind.CASE or "case " in row.origin


def _refuse_personal(session: Session, house: House, article: Article) -> None:
    if NEARLY.search(f"{article.title}\n{article.body}"):
        raise WrongUse(
            "A placeholder still stands in this article.",
            code="article.placeholder",
            remedy="Write a general word in its place, then save it again.",
        )
    try:
        spans = personal_data(session, house, article)
    except PrivacyRefused as error:
        raise WrongUse(error.message, code=error.code, remedy=error.remedy) from error
    if spans:
        raise StillPersonal(spans)


def _redact(session: Session, house: House, case: CaseRow | None, text: str, language: str) -> Redaction:
    """`text` without personal data; with a case, in the placeholders of its conversation."""
    brands = filter(None, session.scalars(select(MailboxRow.brand)))
    company = (house.company.name, *house.company.brands, *brands)
    if case is None:
        known = KnownPeople(company_names=company)
        return house.understanding.redactor.redact(text, language=language, known=known)
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
    names = (case.customer_name, customer.name if customer else "")
    known = KnownPeople(tuple(filter(None, names)), (case.customer_email,), company)
    given = placeholders_of(session, case.id)
    return house.understanding.redactor.redact(text, language=language, known=known, placeholders=given)


def _with_own_addresses(session: Session, hidden: Redaction) -> str:
    """Redacted text in which the company's own addresses stand again: anybody may write there."""
    text, own = hidden.text.shareable(), _own_domains(session)
    for token, value in hidden.placeholders.items():
        if token.startswith(f"[{PiiType.EMAIL}") and _domain(value) in own:
            text = text.replace(token, value)
    return text


def _own_domains(session: Session) -> set[str]:
    return {_domain(address) for address in session.scalars(select(MailboxRow.address))}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _without_sign_off(letter: str) -> str:
    """An answer of ours to the greeting at its end, below which stand only names."""
    lines = letter.splitlines()
    ends = [
        place for place in range(max(0, len(lines) - _SIGN_OFF_LINES), len(lines)) if is_closing(lines[place])
    ]
    return "\n".join(lines[: ends[0]] if ends else lines)


def _asks(session: Session, message: MessageRow) -> list[str]:
    reading = session.scalar(select(TriageRow.reading).where(TriageRow.message_id == message.id))
    return [str(ask) for ask in (reading or {}).get("asks", ())]
