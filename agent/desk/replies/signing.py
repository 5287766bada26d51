"""The mailbox's signature below a reply: whose name it holds, and what happens to open drafts when it changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.desk.replies.versions import content_hash_of
from agent.drafting.sign_off import addition, filled, signature_in
from agent.store.tables import CaseRow, DraftRow, MailboxRow, PersonRow


def signature_for(house: House, mailbox: MailboxRow, language: str, person: PersonRow) -> str:
    """What stands below letters of `person` from this mailbox; empty where none is written."""
    template = signature_in(language, mailbox.signatures or {})
    return filled(
        template,
        name=person.name or house.company.agent_signature,
        company=mailbox.brand or house.company.name,
    )


def signature_below(session: Session, house: House, draft: DraftRow, person: PersonRow) -> str:
    """What `person` would put below this draft by approving it, without what it says already."""
    return signature_below_text(session, house, draft.case_id, draft.text, draft.language, person)


def signature_below_text(
    session: Session, house: House, case_id: int, text: str, language: str, person: PersonRow
) -> str:
    """The same for a letter of a case that is not stored as a draft yet."""
    mailbox = session.get_one(MailboxRow, session.get_one(CaseRow, case_id).mailbox_id)
    return addition(text, signature_for(house, mailbox, language, person)).strip("\n")


def renew_hashes(session: Session, mailbox: MailboxRow) -> int:
    """Open drafts of the mailbox are other letters now: whoever read one must look again. How many."""
    drafts = session.scalars(
        select(DraftRow)
        .join(CaseRow, CaseRow.id == DraftRow.case_id)
        .where(CaseRow.mailbox_id == mailbox.id, DraftRow.state == "ready")
    ).all()
    for draft in drafts:
        draft.content_hash = content_hash_of(session, draft)
    return len(drafts)
