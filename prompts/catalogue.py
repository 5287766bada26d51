"""Prompt files: Markdown with a head, one per task, version and language (`draft/v1/da.md`).

A company changes what the model is told by putting a file of the same name, or of a new version, into its
own folder: no code. So that a slip shows at start and not in a customer's mail, every file is read and
checked when the catalogue is made: an unknown key in the head, a variable that is used but not declared (or
the reverse), or a head that contradicts the file's place stops it. Rendering fails on a missing and on an
unknown value.

The body is a Jinja template in the sandbox; text that a value brings along is never itself rendered.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import frontmatter
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from yaml import YAMLError  # type: ignore[import-untyped]

SHIPPED: Final = Path(__file__).parent
"""The folder of the prompts that come with the product."""

DATA: Final = "<!-- data -->"
"""The line of a prompt file that says where the data will stand."""

_FIELD: Final = re.compile(r"`([a-z][a-z_]+)`")
"""Names of fields and of their fixed values, as prompts write them."""

_TEMPLATES: Final = SandboxedEnvironment(
    undefined=StrictUndefined,
    autoescape=False,  # the outcome is a prompt, never HTML
    trim_blocks=True,
    lstrip_blocks=True,
)


class PromptError(Exception):
    """A prompt file is missing or wrong, or was rendered with the wrong values; the sentence names it."""


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    task: str
    version: int = Field(ge=1)
    language: str
    description: str = Field(min_length=1)
    variables: list[str]


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One prompt: what it is for, the values it needs, and its template.

    `body` is the template as it is written; `digest` tells an edited file from the shipped one of the same version
    (12 hex digits of its SHA-256).
    """

    task: str
    version: int
    language: str
    description: str
    variables: frozenset[str]
    body: str
    template: Template
    digest: str

    @property
    def id(self) -> str:
        """What drafts record, such as `draft/v1/da`."""
        return f"{self.task}/v{self.version}/{self.language}"

    def render(self, values: Mapping[str, object]) -> str:
        """Fill in the values. Raises `PromptError` unless exactly the declared variables are given."""
        if missing := sorted(self.variables - set(values)):
            raise PromptError(f"Prompt {self.id}: no value for {', '.join(missing)}.")
        if unknown := sorted(set(values) - self.variables):
            raise PromptError(f"Prompt {self.id}: it has no variable {', '.join(unknown)}.")
        try:
            return self.template.render(values).strip()
        except TemplateError as error:
            raise PromptError(f"Prompt {self.id} cannot be filled in: {error}.") from error


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt ready to be sent, and the id of the file it came from.

    `text` stands before the data it is about; `after` follows the data, so that the last word is not a stranger's.
    """

    id: str
    text: str
    after: str = ""


_Key = tuple[str, str, int]  # task, language, version


class Catalogue:
    """All prompt files: the shipped ones, and over them those of the company's own folder.

    A file of the same task, version and language in `overrides_folder` replaces the shipped one; one of a
    higher version becomes the latest. What is published while the process runs comes over both (`publish`). Raises
    `PromptError` when any file is wrong.
    """

    def __init__(self, folder: Path = SHIPPED, overrides_folder: Path | None = None) -> None:
        self._files: dict[_Key, PromptFile] = {}
        for root in (folder, overrides_folder):
            if root is not None and root.is_dir():
                self._files |= {(file.task, file.language, file.version): file for file in _read_all(root)}
        self._filed = self._files

    def publish(self, *chosen: PromptFile) -> None:
        """From now on each of `chosen` is the latest of its task and language, and files are for all the others.

        Replaces what was published before. Safe while other threads render.
        """
        self._files = self._with(self._filed, chosen)

    def __iter__(self) -> Iterator[PromptFile]:
        return iter(sorted(self._files.values(), key=lambda file: (file.task, file.version, file.language)))

    def trying(self, *chosen: PromptFile) -> "Catalogue":
        """A copy in which each of `chosen` is the latest of its task and language."""
        tried = copy(self)
        tried._files = self._with(self._files, chosen)  # noqa: SLF001 - a copy of ourselves
        return tried

    @staticmethod
    def _with(files: "dict[_Key, PromptFile]", chosen: Iterable[PromptFile]) -> "dict[_Key, PromptFile]":
        latest = {(file.task, file.language): file.version for file in chosen}
        return {
            (task, language, version): file
            for (task, language, version), file in files.items()
            if version < latest.get((task, language), version + 1)
        } | {(file.task, file.language, file.version): file for file in chosen}

    def get(self, task: str, language: str, version: int | Literal["latest"] = "latest") -> PromptFile:
        """The prompt of a task in a language. Raises `PromptError` where there is none."""
        return self._find(self._files, task, language, version)

    def filed(self, task: str, language: str) -> PromptFile:
        """The latest as files have it, whatever is published. Raises `PromptError` where there is none."""
        return self._find(self._filed, task, language, "latest")

    @staticmethod
    def _find(
        files: "dict[_Key, PromptFile]", task: str, language: str, version: int | Literal["latest"]
    ) -> PromptFile:
        versions = [known for (of, spoken, known) in files if (of, spoken) == (task, language)]
        wanted = max(versions, default=0) if version == "latest" else version
        try:
            return files[task, language, wanted]
        except KeyError:
            raise PromptError(f"There is no prompt for {task} in {language}, version {version}.") from None

    def render(
        self,
        task: str,
        language: str,
        version: int | Literal["latest"] = "latest",
        **values: object,
    ) -> Rendered:
        """Find and fill in a prompt in one step; raises as `get` and `PromptFile.render` do."""
        file = self.get(task, language, version)
        before, _, after = file.render(values).partition(f"\n{DATA}\n")
        return Rendered(file.id, before.strip(), after.strip())


def _read_all(root: Path) -> Iterator[PromptFile]:
    for path in sorted(root.glob("*/v*/*.md")):
        yield _read(path, "/".join(path.parts[-3:]))


def _read(path: Path, name: str) -> PromptFile:
    """Read and check one file; `name` is its place below the folder, for messages."""
    file = read_prompt(path, name)
    if name != f"{file.id}.md":
        raise PromptError(f"Prompt file {name}: its head says {file.task}, v{file.version}, {file.language}.")
    return file


def read_prompt(path: Path, name: str = "") -> PromptFile:
    """One file, wherever it lies; `name` is what messages call it. Raises `PromptError` for one that is wrong."""
    name = name or path.name
    try:
        source = path.read_text(encoding="utf-8")
        parsed = frontmatter.loads(source)
        head = _Head.model_validate(parsed.metadata)
        used, template = _compiled(parsed.content)
    except ValidationError as error:
        key, reason = error.errors()[0]["loc"], error.errors()[0]["msg"]
        raise PromptError(f"Prompt file {name}: {'.'.join(map(str, key))}: {reason}.") from error
    except (OSError, UnicodeDecodeError, YAMLError, TemplateError) as error:
        raise PromptError(f"Prompt file {name} cannot be read: {error}.") from error
    if used != set(head.variables):
        odd = ", ".join(sorted(used ^ set(head.variables)))
        raise PromptError(f"Prompt file {name}: declared and used variables differ: {odd}.")
    return PromptFile(
        task=head.task,
        version=head.version,
        language=head.language,
        description=head.description,
        variables=frozenset(head.variables),
        body=parsed.content,
        template=template,
        digest=hashlib.sha256(source.encode()).hexdigest()[:12],
    )


def reworded(file: PromptFile, version: int, body: str) -> PromptFile:
    """The same prompt in other words, as `version`. Raises `PromptError` where it cannot stand in for `file`."""
    if problems := misfits(file, body):
        raise PromptError(f"Prompt {file.task}/v{version}/{file.language}: {problems[0]}")
    _, template = _compiled(body)
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    return replace(file, version=version, body=body, template=template, digest=digest)


def misfits(file: PromptFile, body: str) -> tuple[str, ...]:
    """Why other words for `file` would fail at the first mail: one sentence each, none where they fit.

    It has to be a template, to use exactly the values that the code gives, to keep the place of the data, and to name
    every field of the answer that `file` names.
    """
    try:
        used, _ = _compiled(body)
    except TemplateError as error:
        line = f" in line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        return (f"It cannot be read as a template{line}: {error.message}.",)
    problems = [f"The value {{{{ {name} }}}} is missing." for name in sorted(file.variables - used)]
    problems += [f"There is no value called {{{{ {name} }}}}." for name in sorted(used - file.variables)]
    if _holds_data(file.body) and not _holds_data(body):
        problems.append(f"The line {DATA} is missing, where the data will stand.")
    if not problems:
        problems += _fails(body, file.variables)
    missing = [name for name in dict.fromkeys(_FIELD.findall(file.body)) if name not in body]
    problems += [f"The word `{name}` is missing, which the answer is read by." for name in missing]
    return tuple(problems)


def _fails(body: str, variables: frozenset[str]) -> list[str]:
    """Whether it fails when it is filled in, with everything given and with nothing."""
    try:
        for value in ("x", ""):
            _TEMPLATES.from_string(body).render(dict.fromkeys(variables, value))
    except Exception as error:
        return [f"It cannot be filled in: {error}."]
    return []


def _holds_data(body: str) -> bool:
    return f"\n{DATA}\n" in f"\n{body}\n"


def _compiled(body: str) -> tuple[set[str], Template]:
    return meta.find_undeclared_variables(_TEMPLATES.parse(body)), _TEMPLATES.from_string(body)
