"""Prompts: what the language model is told, worded by the company, tried on past mails, published with a way back."""

import difflib
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.casework.cases import placeholders_of
from agent.desk.settings import prompts as rules
from agent.desk.settings import trying_prompts as trying
from agent.desk.settings.changing import Change, may_decide
from agent.desk.settings.published_prompts import FROM_FILE, TABLE
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.tables import CaseRow, MessageRow, PromptCopyRow, PromptTrialMailRow, PromptTrialRow
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk
from api.web.language import marked
from api.web.pages import gettext_of, reader_of
from api.web.settings.overview import history, stamp_for
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from prompts.catalogue import misfits

router = APIRouter()

TASKS = {
    "draft": (marked("Draft"), marked("Writes the reply to a mail.")),
    "rewrite": (marked("Rewrite"), marked("Writes a draft anew when somebody asks or a check fails.")),
    "triage": (marked("Reading"), marked("Sorts a mail and reports mood, urgency and questions.")),
    "translate": (
        marked("Translate"),
        marked("Shows mails and drafts in the language of whoever reads them."),
    ),
    "judge": (marked("Judge"), marked("Names faults of a draft when the quality is measured.")),
    "repair": (marked("Repair"), marked("Asks again when an answer could not be read.")),
    "shape": (
        marked("Shape"),
        marked("Says which form of answer is wanted, for servers that cannot enforce it."),
    ),
}
AS_FILED = marked("as it comes with the product or from a file")
A_VERSION = marked("Version %(version)s")
ABOVE_CHANGES = 2  # lines shown around each change


@router.get("/settings/prompts")
def list_page(desk: AtDesk) -> Response:
    may_see(desk)
    reader = reader_of(desk.request)
    with desk.house.store.reading() as session:
        found = rules.in_force(session, desk.house.company, desk.house.understanding.prompts)
        copies = session.execute(
            select(PromptCopyRow.task, PromptCopyRow.language).where(PromptCopyRow.published_at.is_(None))
        )
        in_work = {(task, language) for task, language in copies}
        page = {
            "tasks": TASKS,
            "codes": LANGUAGES,
            "language_names": {code: reader.language_name(code) for code in LANGUAGES},
            "files": {(file.task, file.language): file for file in found},
            "own": {path for path, version in _own(desk) if version},
            "in_work": in_work,
            "model": desk.house.understanding.engine.model,
            **_changes(desk, session),
        }
        return settings_page(desk, session, "settings_prompts.html", page)


@router.get("/settings/prompts/{task}/{language}")
def prompt_page(desk: AtDesk, task: str, language: str) -> Response:
    may_see(desk)
    return _prompt(desk, task, language, Typed())


@router.post("/settings/prompts/{task}/{language}")
def change(desk: AtDesk, task: str, language: str, fields: Fields) -> Response:
    """`act` is what is done with the words: save, try, publish, or use (an earlier version again)."""
    may_decide(desk.person)
    act, files = fields.get("act", "save"), desk.house.understanding.prompts
    here = f"/settings/prompts/{task}/{language}"
    try:
        with desk.house.store.writing() as unit:
            version = int(fields["version"]) if fields.get("version", "").isdecimal() else FROM_FILE
            if act != "use":
                row = rules.save_copy(
                    unit,
                    desk.house,
                    files,
                    task=task,
                    language=language,
                    body=fields.get("body", ""),
                    person=desk.person,
                )
                version = row.version
            if act in ("publish", "use"):
                rules.publish(
                    unit, desk.house, files, task=task, language=language, version=version,
                    stamp=fields.get("stamp", ""), reason=fields.get("reason", ""), person=desk.person,
                )  # fmt: skip
                here += "?saved=yes#changes"
            elif act == "try":
                mails = [
                    int(name[5:]) for name in fields if name.startswith("mail.") and name[5:].isdecimal()
                ]
                trying.ask_trial(
                    unit, desk.house, files, copy_id=row.id, message_ids=mails, person=desk.person
                )
                here += "#trial"
            else:
                here += "#copy"
    except (WrongUse, Conflict, NotFound) as problem:
        if act in ("try", "publish") and problem.code != "prompt.length":
            with desk.house.store.writing() as unit:  # what was written is kept, whatever became of the rest
                rules.save_copy(
                    unit, desk.house, files, task=task, language=language, body=fields["body"],
                    person=desk.person,
                )  # fmt: skip
        return _prompt(desk, task, language, Typed(fields, problem=problem))
    return RedirectResponse(here, 303)


@router.get("/live/settings/prompt-trials/{trial_id}")
def trial_news(desk: AtDesk, trial_id: int) -> Response:
    """The trial as far as it is; the page asks for it until it is finished."""
    may_see(desk)
    with desk.house.store.reading() as session:
        row = session.get(PromptTrialRow, trial_id)
        if row is None:
            raise NotFound("There is no such trial.", code="trial.unknown", remedy="Open the prompt again.")
        page = _trial(session, desk, row, session.get(PromptCopyRow, row.copy_id))
        return settings_page(desk, session, "_prompt_trial.html", page)


def _prompt(desk: Desk, task: str, language: str, typed: Typed) -> Response:
    files = desk.house.understanding.prompts
    with desk.house.store.reading() as session:
        shown = rules.shown(session, desk.house.company, files, task, language)
        copy = shown.in_work
        body = typed["body"] or (copy.body if copy else shown.file.body)
        trial = session.scalar(
            select(PromptTrialRow)
            .where(PromptTrialRow.copy_id == (copy.id if copy else 0))
            .order_by(PromptTrialRow.id.desc())
            .limit(1)
        )
        page = {
            "task": task,
            "language": language,
            "about": TASKS.get(task, (task, "")),
            "language_name": reader_of(desk.request).language_name(language),
            "shown": shown,
            "copy": copy,
            "body": body.replace("\r\n", "\n"),
            "misfits": misfits(files.filed(task, language), body.replace("\r\n", "\n")),
            "difference": _difference(shown.file.body, copy.body) if copy else (),
            "offered": trying.offered_mails(session, desk.house, language),
            "most_mails": trying.MOST_MAILS,
            **_trial(session, desk, trial, copy),
            "model": desk.house.understanding.engine.model,
            "max_body": rules.MAX_BODY,
            **_changes(desk, session),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_prompt.html", page, form=typed)


def _trial(
    session: Session, desk: Desk, trial: PromptTrialRow | None, copy: PromptCopyRow | None
) -> dict[str, Any]:
    """The latest trial of the copy in work, and whether its words were changed since."""
    stale = trial is not None and copy is not None and trial.body != copy.body
    return {"trial": trial, "mails": _mails(session, desk, trial), "stale": stale}


def _changes(desk: Desk, session: Session) -> dict[str, Any]:
    """What was published and taken back, with the prompts and versions by their names."""
    translate, reader = gettext_of(desk.request), reader_of(desk.request)

    def version(number: object) -> str:
        return translate(A_VERSION) % {"version": number} if number else translate(AS_FILED)

    def moved(change: Change) -> list[tuple[str, str, str]]:
        found = []
        for path, before, after in change.moved:
            _, task, language = path.split(".")
            name = translate(TASKS.get(task, (task, ""))[0])
            found.append((f"{name}, {reader.language_name(language)}", version(before), version(after)))
        return found

    return {**history(desk, session, rules.AREA), "moved": moved}


def _mails(
    session: Session, desk: Desk, trial: PromptTrialRow | None
) -> Sequence[tuple[CaseRow, PromptTrialMailRow]]:
    """The mails of a trial, with names restored in what was written: people see them, models did not."""
    if trial is None:
        return ()
    rows = session.execute(
        select(CaseRow, PromptTrialMailRow)
        .join(MessageRow, MessageRow.case_id == CaseRow.id)
        .join(PromptTrialMailRow, PromptTrialMailRow.message_id == MessageRow.id)
        .where(PromptTrialMailRow.trial_id == trial.id)
        .order_by(PromptTrialMailRow.message_id.desc())
    )
    found = []
    for case, mail in rows:
        given = placeholders_of(session, case.id)
        session.expunge(mail)
        for side in ("published", "tried"):
            outcome = getattr(mail, side)
            if outcome.get("text"):
                setattr(mail, side, outcome | {"text": desk.house.restore(outcome["text"], given)})
        found.append((case, mail))
    return found


def _difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Changed lines with their surroundings, each with `+`, `-`, a space, or `@` for a gap."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=ABOVE_CHANGES, lineterm="")
    return tuple(
        ("@", "") if line.startswith("@@") else (line[:1], line[1:])
        for line in lines
        if not line.startswith(("---", "+++"))
    )


def _own(desk: Desk) -> list[tuple[tuple[str, str], int]]:
    table = desk.house.company.overrides.get(TABLE, {})
    return [((task, code), version) for task, codes in table.items() for code, version in codes.items()]
