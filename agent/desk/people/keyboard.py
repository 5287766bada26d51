"""The desk's single keys, and what a person put in their place (WCAG 2.2, 2.1.4: turn off or remap)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

COMMANDS = tuple("jkou/?azer!fhv;ntmpc+d#sx")
"""Every command that one key gives, named by the key it ships with."""

_ONE_KEY = re.compile(r"(?P<alt>Alt\+)?(?P<sign>\S)", re.IGNORECASE)
_TAKEN = frozenset("g*0123456789")
_ALT_GR = frozenset("[]{}\\|@~€$£")


@dataclass(frozen=True, slots=True)
class Keyboard:
    """`own` holds what a person chose, by command: `y`, `Alt+a`, or nothing for a command without a key."""

    own: Mapping[str, str] = field(default_factory=dict)

    def key(self, command: str) -> str:
        return self.own.get(command, command)

    def caps(self, command: str) -> tuple[str, ...]:
        """What stands on the keys to press: `("Alt", "A")`."""
        key = self.key(command)
        parts = ("Alt", key[4:]) if key.startswith("Alt+") else (key,)
        return tuple(part if part == "Alt" else part.upper() for part in parts if part)


def read_keyboard(typed: Mapping[str, str]) -> tuple[Keyboard, dict[str, str]]:
    """The keyboard that a form describes by command, and what is wrong by command.

    A command that is not in the form keeps the key it ships with.
    """
    problems: dict[str, str] = {}
    keys: dict[str, str] = {}
    for command in COMMANDS:
        key = typed.get(command, command).strip()
        match = _ONE_KEY.fullmatch(key)
        if match:
            sign = match["sign"].lower()
            key = f"Alt+{sign}" if match["alt"] else sign
        if key and not (match and key.isprintable()):
            problems[command] = "Type one letter or sign, alone or after Alt+."
        elif key in _TAKEN:
            problems[command] = "G, * and the digits begin sequences and open sources. Choose another key."
        elif key and key[-1] in _ALT_GR:
            problems[command] = "This sign needs AltGr on Nordic and German keyboards. Choose another key."
        keys[command] = key
    for command, key in keys.items():
        if key and command not in problems and list(keys.values()).count(key) > 1:
            problems[command] = "Two commands cannot have the same key."
    return Keyboard({command: key for command, key in keys.items() if key != command}), problems
