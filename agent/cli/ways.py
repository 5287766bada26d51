"""The two ways of working that a back-test compares: the present one, and the same with what is to be tried."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.cli.terminal import read_text
from agent.errors import WrongUse

if TYPE_CHECKING:
    from agent.company import Company
    from agent.desk.house import House
    from agent.desk.learning.backtesting import Redone, Way
    from agent.settings import Settings
    from agent.understanding import LazyUnderstanding
    from prompts.catalogue import Catalogue, PromptFile

_READING_PROMPTS = ("triage",)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be tried, as it was typed; what is None or empty stays as it is."""

    prompt: str = ""
    weights: Path | None = None
    taxonomy: Path | None = None
    review_below: float | None = None
    model: str = ""
    engine: str = ""
    drafts: bool = False

    def says(self) -> str:
        """The change in a few words."""
        parts = {
            "prompt": self.prompt,
            "weights": self.weights and self.weights.name,
            "taxonomy": self.taxonomy and self.taxonomy.name,
            "review below": self.review_below,
            "model": self.model,
            "engine": self.engine,
        }
        return ", ".join(f"{name} {value}" for name, value in parts.items() if value not in {None, ""})


def ways_of(
    house: "House", settings: "Settings", change: Change, *, from_bytes: bool
) -> "tuple[Way, Way, Redone]":
    """Both ways, ready for the first mail, and what has to be done again to compare them.

    Neither knows what was learnt from corrections: a mail's own correction would answer for it. Raises `WrongUse`
    and `SettingError` for what cannot be tried.
    """
    from agent.desk.learning.backtesting import Redone, Way

    if not change.says():
        raise WrongUse(
            "There is nothing to compare the present way with.",
            code="backtest.nothing",
            remedy="Name what to try: --prompt, --weights, --taxonomy, --review-below, --model or --engine.",
        )
    tried = _settings(settings, house.company, change)
    company = _company(house.company, change)
    catalogue, prompts = _catalogue(house, tried, change)
    redone = _redone(change, prompts)
    now = _understanding(house, settings, house.company, None)
    then = _understanding(house, tried, company, catalogue)
    if from_bytes or redone is not Redone.PRIORITY:
        for one in (now, then):
            one.warm_up(search=from_bytes)
    return (
        Way(now, house.company, now.engine.model, lambda: now.tokens),
        Way(then, company, then.engine.model, lambda: then.tokens),
        redone,
    )


def _understanding(
    house: "House", settings: "Settings", company: "Company", catalogue: "Catalogue | None"
) -> "LazyUnderstanding":
    from agent.understanding import LazyUnderstanding

    assert isinstance(house.understanding, LazyUnderstanding)
    return LazyUnderstanding(
        settings,
        company,
        house.store,
        house.clock,
        catalogue=catalogue,
        beside=house.understanding,
        learns=False,
    )


def _settings(settings: "Settings", company: "Company", change: Change) -> "Settings":
    from agent.desk.settings.rules import engine_of

    if change.engine not in {"", "local", "llm"}:
        raise WrongUse(f"{change.engine!r} is not an engine.", remedy="Use local or llm.")
    if change.engine == "local":
        if change.model:
            raise WrongUse("The local engine asks no model.", remedy="Leave --model or --engine out.")
        return settings.model_copy(update={"llm_model": ""})
    present = engine_of(company, model=settings.llm_model).named
    tried = settings.model_copy(update={"llm_model": change.model or present})
    if (change.engine == "llm" or change.prompt) and not tried.llm_model:
        raise WrongUse(
            "No language model is set, and the local engine reads no prompts.",
            code="backtest.no_model",
            remedy="Name one with --model, or set GENKLANG_LLM_MODEL.",
        )
    return tried


def _company(company: "Company", change: Change) -> "Company":
    """The company with its tables for rules changed; they are looked at now, not at the first mail."""
    from agent.desk.settings.rules import rules_of
    from agent.triage import taxonomy
    from agent.triage.category import review_below

    overrides = dict(company.overrides)
    if change.model or change.engine:
        overrides.pop("engine", None)  # what is tried takes the place of what was chosen at the desk
    if change.weights is not None:
        overrides |= _tables(change.weights, ("priority",))
    if change.taxonomy is not None:
        overrides |= _tables(change.taxonomy, ("taxonomy", "sorting"))
    if change.review_below is not None:
        overrides["sorting"] = {**overrides.get("sorting", {}), "review_below": change.review_below}
    changed = replace(company, overrides=overrides)
    rules_of(changed)
    taxonomy.load(overrides.get("taxonomy"))
    review_below(overrides.get("sorting"))
    return changed


def _tables(file: Path, names: tuple[str, ...]) -> dict[str, Any]:
    try:
        raw = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"{file} is not valid TOML: {error}.", remedy="Correct the line it names.") from error
    found = {name: raw[name] for name in names if isinstance(raw.get(name), dict)}
    if not found:
        raise WrongUse(
            f"{file} has no table {' or '.join(f'`{name}`' for name in names)}.",
            remedy="Write it as in company.toml.",
        )
    return found


def _catalogue(
    house: "House", settings: "Settings", change: Change
) -> "tuple[Catalogue | None, tuple[PromptFile, ...]]":
    if not change.prompt:
        return None, ()
    from agent.understanding import open_catalogue, publish_own
    from prompts.catalogue import PromptError, read_prompt

    try:
        catalogue = open_catalogue(settings)
        publish_own(catalogue, house.store, house.company)
        path = Path(change.prompt)
        chosen = (read_prompt(path),) if path.is_file() else _of_version(catalogue, change.prompt)
        for file in chosen:
            _fits(file, catalogue.get(file.task, file.language))
    except PromptError as error:
        raise WrongUse(
            str(error), code="backtest.prompt", remedy="Name a prompt file, or a task and version as draft@2."
        ) from error
    return catalogue.trying(*chosen), chosen


def _of_version(catalogue: "Catalogue", wanted: str) -> "tuple[PromptFile, ...]":
    from prompts.catalogue import PromptError

    task, _, version = wanted.partition("@")
    files = tuple(
        file for file in catalogue if file.task == task and str(file.version) == version.lstrip("v")
    )
    if not files:
        raise PromptError(f"There is no prompt file {wanted}, and no prompt of that task and version.")
    return files


def _fits(file: "PromptFile", present: "PromptFile") -> None:
    """A prompt that wants other values than it will be given would fail at every mail."""
    from prompts.catalogue import PromptError

    if odd := sorted(file.variables ^ present.variables):
        raise PromptError(f"Prompt {file.id} needs other values than {present.id}: {', '.join(odd)}.")


def _redone(change: Change, prompts: "tuple[PromptFile, ...]") -> "Redone":
    from agent.desk.learning.backtesting import Redone

    reads = any(file.task in _READING_PROMPTS for file in prompts)
    writes = any(file.task not in _READING_PROMPTS for file in prompts)
    redone = Redone.PRIORITY
    if reads or change.taxonomy or change.review_below is not None or change.model or change.engine:
        redone |= Redone.READING
    if writes or change.model or change.engine or change.drafts:
        redone |= Redone.DRAFT
    return redone
