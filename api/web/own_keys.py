"""The keys that a person chose for the desk's commands."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.people.keyboard import COMMANDS, Keyboard, read_keyboard
from agent.desk.people.preferences import preferences_of, set_preferences
from api.dependencies import AtDesk, Desk
from api.web import key_words
from api.web.pages import render
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter(prefix="/keys")


@router.get("")
def keys_page(desk: AtDesk, saved: str = "") -> Response:
    keyboard = preferences_of(desk.person).keyboard
    return _show(desk, Typed({command: keyboard.key(command) for command in COMMANDS}), saved=bool(saved))


@router.post("")
def choose_keys(desk: AtDesk, fields: Fields) -> Response:
    """Keep the keys of the form; with `act=shipped` take back those that the desk ships with."""
    keyboard, problems = (Keyboard(), {}) if fields.get("act") == "shipped" else read_keyboard(fields)
    if problems:
        return _show(desk, Typed(fields, problems))
    with desk.house.store.writing() as unit:
        set_preferences(unit, person_id=desk.person.id, keyboard=keyboard)
    return RedirectResponse("/keys?saved=yes", 303)


def _show(desk: Desk, typed: Typed, *, saved: bool = False) -> Response:
    labels = {
        command: words for commands in key_words.COMMANDS.values() for command, words in commands.items()
    }
    with desk.house.store.reading() as session:
        page = {"shell": shell(session, desk), "typed": typed, "labels": labels, "saved": saved}
    return render(desk.request, "own_keys.html", page, status=typed.status)
