"""The company's own wording of prompts that counts now: which version is a setting, its text is in the database."""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.errors import SettingError
from agent.store.tables import PromptCopyRow
from prompts.catalogue import Catalogue, PromptError, PromptFile, reworded

TABLE = "prompts"
FROM_FILE = 0
"""Instead of a version: what the file says counts."""

log = structlog.get_logger()


def check_published(table: Mapping[str, Any] | None) -> None:
    """Raise `SettingError` unless it is a version for each task and language: `[prompts.draft] da = 3`."""
    for task, languages in (table or {}).items():
        if not isinstance(languages, Mapping) or not all(
            isinstance(one, int) and one >= FROM_FILE for one in languages.values()
        ):
            raise SettingError(
                f"prompts.{task} is not a version for each language.", remedy="Write it as da = 3."
            )


def version_of(company: Company, task: str, language: str) -> int:
    """The company's own version that counts, or `FROM_FILE`."""
    return int(company.overrides.get(TABLE, {}).get(task, {}).get(language, FROM_FILE))


def published(session: Session, company: Company, files: Catalogue) -> tuple[PromptFile, ...]:
    """The prompts that take the place of files. One that no longer fits its file is left out: mail goes on."""
    found = []
    for task, languages in company.overrides.get(TABLE, {}).items():
        for language, version in languages.items():
            row = session.scalar(
                select(PromptCopyRow).where(
                    PromptCopyRow.task == task,
                    PromptCopyRow.language == language,
                    PromptCopyRow.version == version,
                )
            )
            if version == FROM_FILE or row is None:
                continue
            try:
                found.append(reworded(files.filed(task, language), version, row.body))
            except PromptError as error:
                log.warning("prompt.does_not_fit", prompt=f"{task}/v{version}/{language}", reason=str(error))
    return tuple(found)
