"""Prompt files: Markdown with a head, one per task, version and language (`draft/v1/da.md`).

A company changes what the model is told by putting a file of the same name, or of a new version, into its
own folder: no code. So that a slip shows at start and not in a customer's mail, every file is read and
checked when the catalogue is made: an unknown key in the head, a variable that is used but not declared (or
the reverse), or a head that contradicts the file's place stops it. Rendering fails on a missing and on an
unknown value.

The body is a Jinja template in the sandbox; text that a value brings along is never itself rendered.
"""

import hashlib
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import frontmatter
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from yaml import YAMLError  # type: ignore[import-untyped]

SHIPPED: Final = Path(__file__).parent
"""The folder of the prompts that come with the product."""

DATA: Final = "<!-- data -->"
"""The line of a prompt file that says where the data will stand."""

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

    `digest` tells an edited file from the shipped one of the same version (12 hex digits of its SHA-256).
    """

    task: str
    version: int
    language: str
    description: str
    variables: frozenset[str]
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


class Catalogue:
    """All prompt files: the shipped ones, and over them those of the company's own folder.

    A file of the same task, version and language in `overrides_folder` replaces the shipped one; one of a
    higher version becomes the latest. Raises `PromptError` when any file is wrong.
    """

    def __init__(self, folder: Path = SHIPPED, overrides_folder: Path | None = None) -> None:
        self._files: dict[tuple[str, str, int], PromptFile] = {}
        for root in (folder, overrides_folder):
            if root is not None and root.is_dir():
                self._files |= {(file.task, file.language, file.version): file for file in _read_all(root)}

    def __iter__(self) -> Iterator[PromptFile]:
        return iter(sorted(self._files.values(), key=lambda file: (file.task, file.version, file.language)))

    def trying(self, *chosen: PromptFile) -> "Catalogue":
        """A copy in which each of `chosen` is the latest of its task and language."""
        tried = copy(self)
        latest = {(file.task, file.language): file.version for file in chosen}
        tried._files = {  # noqa: SLF001 - a copy of ourselves
            (task, language, version): file
            for (task, language, version), file in self._files.items()
            if version < latest.get((task, language), version + 1)
        } | {(file.task, file.language, file.version): file for file in chosen}
        return tried

    def get(self, task: str, language: str, version: int | Literal["latest"] = "latest") -> PromptFile:
        """The prompt of a task in a language. Raises `PromptError` where there is none."""
        versions = [known for (of, spoken, known) in self._files if (of, spoken) == (task, language)]
        wanted = max(versions, default=0) if version == "latest" else version
        try:
            return self._files[task, language, wanted]
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
        used = meta.find_undeclared_variables(_TEMPLATES.parse(parsed.content))
        template = _TEMPLATES.from_string(parsed.content)
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
        template=template,
        digest=hashlib.sha256(source.encode()).hexdigest()[:12],
    )
