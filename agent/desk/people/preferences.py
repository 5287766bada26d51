"""What a person chose for the desk: theme, contrast, single-key shortcuts, language of the interface."""

from dataclasses import dataclass, field

from agent.desk.people.keyboard import COMMANDS, Keyboard
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import PersonRow
from agent.triage.reading import LANGUAGES

THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Preferences:
    """`contrast` is whether it is stronger than the system asks, `keys` whether single keys act, `keyboard` which."""

    theme: str = "system"
    contrast: bool = False
    keys: bool = True
    keyboard: Keyboard = field(default_factory=Keyboard)


def preferences_of(person: PersonRow) -> Preferences:
    theme = person.settings.get("theme", "system")
    own = person.settings.get("keyboard", {})
    return Preferences(
        theme=theme if theme in THEMES else "system",
        contrast=person.settings.get("contrast") is True,
        keys=person.settings.get("keys", True) is not False,
        keyboard=Keyboard({command: key for command, key in own.items() if command in COMMANDS}),
    )


def set_preferences(
    unit: Unit,
    *,
    person_id: int,
    theme: str | None = None,
    contrast: bool | None = None,
    keys: bool | None = None,
    language: str | None = None,
    keyboard: Keyboard | None = None,
) -> None:
    """Change what is given. Raises `WrongUse` for a theme or language that does not exist."""
    if theme is not None and theme not in THEMES:
        raise WrongUse(
            "There is no such theme.", code="preferences.theme", remedy=f"Use one of {', '.join(THEMES)}."
        )
    if language is not None and language not in LANGUAGES:
        raise WrongUse(
            "The desk does not speak this language.",
            code="preferences.language",
            remedy=f"Use one of {', '.join(LANGUAGES)}.",
        )
    person = unit.session.get_one(PersonRow, person_id)
    chosen = dict(person.settings)
    if theme is not None:
        chosen["theme"] = theme
    if contrast is not None:
        chosen["contrast"] = contrast
    if keys is not None:
        chosen["keys"] = keys
    if keyboard is not None:
        chosen["keyboard"] = dict(keyboard.own)
    person.settings = chosen
    if language is not None:
        person.language = language
