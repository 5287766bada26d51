"""What surrounds an agent's own work on a case: words not sent yet, files to send, what came attached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.checklist import Item, Progress, progress
from agent.desk.casework.at_work import AtWork, others_at_work
from agent.desk.casework.checklists import checklist_of, ticks_of
from agent.desk.casework.noting import may_edit
from agent.desk.house import House
from agent.desk.replies.reply_templates import offered_templates
from agent.drafting.reply_template import ReplyTemplate
from agent.mail.file_kinds import Danger, FileKind, kind_of
from agent.store.queries.attachment_heads import attachment_heads
from agent.store.queries.case_page import CasePage
from agent.store.queries.outgoing_files import files_of_letters, open_files, removed_files
from agent.store.tables import DraftRow, NoteRow, OutgoingFileRow, TickRow, UnsentTextRow
from api.web.language import marked

GROUPS = {
    "image": marked("Picture"),
    "document": marked("Document"),
    "text": marked("Text"),
    "archive": marked("Archive"),
    "program": marked("Program"),
    "other": marked("File"),
}
SHORT_TYPES = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "application/zip": "ZIP",
}
DANGERS = {
    Danger.PROGRAM: marked("This file runs when it is opened. Do not open it unless you know why it came."),
    Danger.MACROS: marked("This document holds programs. Open it with macros switched off."),
    Danger.DISGUISED: marked("This file is something else than its name says."),
    Danger.UNPACKED: marked("Nobody has looked at what is packed inside."),
}
UNSENT = {
    # what a person began, as the subject of »is not sent yet«
    "edit": marked("Your edit of the draft"),
    "write": marked("Your reply"),
    "rewrite": marked("Your wish for a rewrite"),
    "reject": marked("Your reason to reject"),
    "escalate": marked("Your question to a lead"),
    "note": marked("Your note"),
}


@dataclass(frozen=True, slots=True)
class CaseWork:
    """One person's work on one case.

    `here` are their kept words of the form that is open, `waiting` those of other forms, `aside` what they discarded
    there last. `newer` is the draft that somebody wrote after the version that `here` began from. `files` go with the
    next reply, `removed` were taken out of it, `leaving` are fixed in a letter on its way. `kinds` says what each
    attachment of the conversation is. `templates` are those that fit now.
    """

    here: UnsentTextRow | None
    waiting: tuple[UnsentTextRow, ...]
    aside: tuple[UnsentTextRow, ...]
    newer: DraftRow | None
    files: tuple[OutgoingFileRow, ...]
    removed: tuple[OutgoingFileRow, ...]
    leaving: tuple[OutgoingFileRow, ...]
    kinds: Mapping[int, FileKind]
    templates: tuple[ReplyTemplate, ...]
    checklist: tuple[Item, ...]
    ticks: Mapping[str, TickRow]
    others: tuple[AtWork, ...]
    limit: int
    person_id: int
    now: datetime

    @property
    def left(self) -> int:
        """How many bytes more the next reply takes."""
        return max(0, self.limit - sum(file.size for file in self.files))

    def may_edit(self, note: NoteRow) -> bool:
        return may_edit(note, self.person_id, self.now)

    @property
    def progress(self) -> Progress:
        return progress(self.checklist, self.ticks.keys())

    @property
    def writers(self) -> tuple[AtWork, ...]:
        """Who else is writing a reply to the same mail now."""
        return tuple(other for other in self.others if other.doing == "writing")

    def type_name(self, kind: FileKind) -> str:
        return SHORT_TYPES.get(kind.content_type) or GROUPS[kind.group]

    def danger(self, kind: FileKind) -> str:
        return DANGERS.get(kind.danger, "")


def work_of(session: Session, house: House, page: CasePage, *, person_id: int, act: str) -> CaseWork:
    unsent = session.scalars(
        select(UnsentTextRow)
        .where(UnsentTextRow.case_id == page.case.id, UnsentTextRow.person_id == person_id)
        .order_by(UnsentTextRow.saved_at.desc())
    ).all()
    kept = [row for row in unsent if row.discarded_at is None]
    here = next((row for row in kept if row.form == act), None)
    attachments = [file for message in page.messages for file in message.attachments]
    heads = attachment_heads(session, [file.id for file in attachments])
    return CaseWork(
        here=here,
        waiting=tuple(row for row in kept if row is not here),
        aside=tuple(row for row in unsent if row.discarded_at is not None),
        newer=_newer(page, here),
        files=tuple(open_files(session, page.case.id)),
        removed=tuple(removed_files(session, page.case.id)),
        leaving=tuple(files_of_letters(session, [out.id for out in page.unsent])),
        kinds={file.id: kind_of(heads.get(file.id, b""), file.filename) for file in attachments},
        templates=offered_templates(session, house, page.case),
        checklist=checklist_of(session, page.case.category),
        ticks=ticks_of(session, page.case.id),
        others=tuple(others_at_work(session, page.case.id, person_id, house.clock())),
        limit=house.reply_file_bytes,
        person_id=person_id,
        now=house.clock(),
    )


def _newer(page: CasePage, here: UnsentTextRow | None) -> DraftRow | None:
    if here is None or here.form != "edit" or page.draft is None or here.draft_id is None:
        return None
    return page.draft if page.draft.id != here.draft_id else None
