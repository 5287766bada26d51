"""What customers see of a mailbox below its letters: a signature per language, the brand, and the language of replies."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.replies.signing import renew_hashes
from agent.desk.settings.form import Problems
from agent.drafting.sign_off import filled, signed, unknown_slots
from agent.errors import NotFound
from agent.mail.charset import clean_text
from agent.store.session import Unit
from agent.store.tables import MailboxRow, PersonRow
from agent.triage.reading import LANGUAGES

MAX_SIGNATURE = 1_000
MAX_LINES = 15
MAX_BRAND = 80
FIELD = "signature."


@dataclass(frozen=True, slots=True)
class Looks:
    """`signatures` holds only languages that have one."""

    brand: str
    reply_language: str
    signatures: Mapping[str, str]


def looks_of(row: MailboxRow) -> dict[str, str]:
    """The fields of the form as a stored mailbox has them."""
    typed = {"brand": row.brand, "reply_language": row.reply_language}
    return typed | {FIELD + language: row.signatures.get(language, "") for language in LANGUAGES}


def read_looks(typed: Mapping[str, str]) -> tuple[Looks, Problems]:
    """What was typed, and what is wrong with it by field."""
    problems: Problems = {}
    signatures: dict[str, str] = {}
    for language in LANGUAGES:
        text = clean_text(typed.get(FIELD + language, "").replace("\r\n", "\n")).strip()
        if len(text) > MAX_SIGNATURE or text.count("\n") >= MAX_LINES:
            problems[FIELD + language] = (
                f"A signature has at most {MAX_LINES} lines and {MAX_SIGNATURE} characters."
            )
        elif unknown_slots(text):
            problems[FIELD + language] = "Only {name} and {company} can be filled in."
        if text:
            signatures[language] = text
    reply_language = typed.get("reply_language", "")
    if reply_language and reply_language not in LANGUAGES:
        problems["reply_language"] = "Choose one of the languages in the list."
    return Looks(" ".join(typed.get("brand", "").split())[:MAX_BRAND], reply_language, signatures), problems


def preview_of(looks: Looks, closings: Mapping[str, str], *, name: str, company: str) -> dict[str, str]:
    """The end of a letter in each language that has a signature; `closings` are what letters end with before it."""
    return {
        language: signed(closings[language], filled(text, name=name, company=looks.brand or company))
        for language, text in looks.signatures.items()
    }


def save_looks(unit: Unit, house: House, *, mailbox_id: int, looks: Looks, person: PersonRow) -> int:
    """Store them; how many open drafts are other letters now and have to be read again. Raises `NotFound`."""
    row = unit.session.get(MailboxRow, mailbox_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such mailbox.", code="mailbox.unknown", remedy="Look at the list again.")
    before = (row.brand, row.reply_language, dict(row.signatures))
    if before == (looks.brand, looks.reply_language, dict(looks.signatures)):
        return 0
    row.brand, row.reply_language, row.signatures = looks.brand, looks.reply_language, dict(looks.signatures)
    unit.session.flush()
    changed = renew_hashes(unit.session, row)
    record(
        unit, "mailbox.signature_changed", actor=by(person), now=house.clock(), subject=f"mailbox:{row.id}",
        languages=sorted(looks.signatures), reply_language=looks.reply_language, drafts=changed,
    )  # fmt: skip
    return changed
