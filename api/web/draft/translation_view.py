"""Mails and drafts in the reader's own language, as far as there are any."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.desk.replies.translating import translations_of
from agent.drafting.translation import MOST
from agent.store.queries.case_page import CasePage
from agent.store.tables import DraftRow, MessageRow, TranslationRow
from agent.triage.reading import LANGUAGES
from api.web.pages import Reader


@dataclass(frozen=True, slots=True)
class Translations:
    """`able` says whether a model is there to ask; `language` is the reader's own."""

    able: bool
    language: str
    of_mails: Mapping[int, TranslationRow]
    of_drafts: Mapping[int, TranslationRow]
    most: int = MOST

    def foreign(self, language: str) -> bool:
        """Whether a text in this language is in another one than the reader's; not where it is not known."""
        return bool(language) and language != self.language

    def is_cut(self, text: MessageRow | DraftRow) -> bool:
        """Whether this is longer than what is translated of it: counted as the model saw it, with names hidden."""
        if isinstance(text, DraftRow):
            return len(text.redacted_text or text.text) > self.most
        return len(text.redacted_new_text or text.new_text or text.text) > self.most


def translations_for(session: Session, house: House, page: CasePage, reader: Reader) -> Translations:
    rows = translations_of(session, page.case.id, reader.language)
    able = reader.language in LANGUAGES and house.understanding.translator is not None
    return Translations(
        able,
        reader.language,
        {row.message_id: row for row in rows if row.message_id is not None},
        {row.draft_id: row for row in rows if row.draft_id is not None},
    )
