"""Prompts at the desk: an administrator words a copy, publishes it with a reason, and goes back where it was worse."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.settings.changing import change_settings, may_decide
from agent.desk.settings.published_prompts import FROM_FILE, TABLE, published, version_of
from agent.errors import NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import PersonRow, PromptCopyRow
from prompts.catalogue import Catalogue, PromptError, PromptFile, misfits

AREA = "prompts"
MAX_BODY = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt as it counts now, and the company's own wordings of it, newest first. `own`: it is one of these."""

    file: PromptFile
    own: bool
    copies: tuple[PromptCopyRow, ...]

    @property
    def in_work(self) -> PromptCopyRow | None:
        """The copy that was never published and can still be changed."""
        return next((row for row in self.copies if row.published_at is None), None)


def in_force(session: Session, company: Company, files: Catalogue) -> tuple[PromptFile, ...]:
    """The prompt of every task and language that counts now."""
    own = {(file.task, file.language): file for file in published(session, company, files)}
    latest = {(file.task, file.language): files.filed(file.task, file.language) for file in files}
    return tuple((latest | own).values())


def shown(session: Session, company: Company, files: Catalogue, task: str, language: str) -> Shown:
    """Raises `NotFound` for a task or language that there is no prompt for."""
    filed = _filed(files, task, language)
    own = next(
        (
            file
            for file in published(session, company, files)
            if (file.task, file.language) == (task, language)
        ),
        None,
    )
    copies = session.scalars(
        select(PromptCopyRow)
        .where(PromptCopyRow.task == task, PromptCopyRow.language == language)
        .order_by(PromptCopyRow.version.desc())
    )
    return Shown(own or filed, own is not None, tuple(copies))


def save_copy(
    unit: Unit, house: House, files: Catalogue, *, task: str, language: str, body: str, person: PersonRow
) -> PromptCopyRow:
    """Keep the words as the copy in work, a new one where there is none. Nothing counts yet.

    Raises `NotAllowed`, `NotFound`, and `WrongUse` for an empty or endless text; whether it fits is asked when it is
    tried or published, so that nobody loses half-written words.
    """
    may_decide(person)
    filed = _filed(files, task, language)
    body = body.replace("\r\n", "\n").strip()
    if not body or len(body) > MAX_BODY:
        raise WrongUse(
            "A prompt has between 1 and 20,000 characters.",
            code="prompt.length",
            remedy="Write a shorter one.",
        )
    now, session = house.clock(), unit.session
    row = shown(session, house.company, files, task, language).in_work
    if row is None:
        newest = session.scalar(
            select(func.max(PromptCopyRow.version)).where(
                PromptCopyRow.task == task, PromptCopyRow.language == language
            )
        )
        row = PromptCopyRow(
            task=task, language=language, version=max(newest or 0, filed.version) + 1, body=body,
            person_id=person.id, created_at=now, changed_at=now,
        )  # fmt: skip
        session.add(row)
    row.body, row.person_id, row.changed_at = body, person.id, now
    session.flush()
    record(unit, "prompt.saved", actor=by(person), now=now, subject=f"prompt:{row.id}", prompt=_id(row))
    return row


def copy_of(session: Session, copy_id: int) -> PromptCopyRow:
    row = session.get(PromptCopyRow, copy_id)
    if row is None:
        raise NotFound("There is no such prompt.", code="prompt.unknown", remedy="Look at the list again.")
    return row


def publish(
    unit: Unit,
    house: House,
    files: Catalogue,
    *,
    task: str,
    language: str,
    version: int,
    stamp: str,
    reason: str,
    person: PersonRow,
) -> None:
    """From the next mail on this version counts; `FROM_FILE` gives back what the file says.

    Raises as `change_settings`, `NotFound` for a version that does not exist, and `WrongUse` for one that would fail.
    """
    may_decide(person)
    filed = _filed(files, task, language)
    if version != FROM_FILE:
        row = unit.session.scalar(
            select(PromptCopyRow).where(
                PromptCopyRow.task == task,
                PromptCopyRow.language == language,
                PromptCopyRow.version == version,
            )
        )
        if row is None:
            raise NotFound("There is no such version.", code="prompt.unknown", remedy="Open the page again.")
        if problems := misfits(filed, row.body):
            raise WrongUse(problems[0], code="prompt.misfit", remedy="Put it right, then publish.")
        row.published_at = row.published_at or house.clock()
    path, now = f"{TABLE}.{task}.{language}", version_of(house.company, task, language)
    values = {path: version} if version != now else {}
    change_settings(unit, house, AREA, values, before={path: now}, stamp=stamp, reason=reason, person=person)


def _filed(files: Catalogue, task: str, language: str) -> PromptFile:
    try:
        return files.filed(task, language)
    except PromptError as error:
        raise NotFound(str(error), code="prompt.unknown", remedy="Look at the list again.") from error


def _id(row: PromptCopyRow) -> str:
    return f"{row.task}/v{row.version}/{row.language}"
