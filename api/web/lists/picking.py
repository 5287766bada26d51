"""One act on the cases that were picked in a list, or on the one on screen; and its undo."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.casework import bulk
from agent.desk.casework.changes import Picked, change_of, take_back
from agent.desk.casework.merging import undo_merge
from agent.desk.casework.snoozing import chosen
from agent.desk.casework.splitting import undo_split
from agent.desk.settings.rules import rules_of
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import DeskChangeRow
from api.dependencies import AtDesk, Desk

router = APIRouter()
_Act = Callable[[Unit, Sequence[Picked]], DeskChangeRow]


def inside(address: str) -> str:
    """An address of the desk to go back to; the desk itself for any other."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"


@router.post("/picked")
def act_on_picked(
    desk: AtDesk,
    pick: Annotated[list[str] | None, Form()] = None,
    assignee: Annotated[int | None, Form()] = None,
    state: Annotated[str, Form()] = "",
    priority: Annotated[str, Form()] = "",
    category: Annotated[str, Form()] = "",
    snooze: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    tag: Annotated[str, Form()] = "",
    untag: Annotated[int | None, Form()] = None,
    back: Annotated[str, Form()] = "/",
) -> Response:
    """The field that is filled says what is done; a button fills its own, whatever else was typed."""
    act = _chosen_act(
        desk, assignee=assignee, state=state, priority=priority, category=category,
        snooze=day if snooze == "day" else snooze, tag=tag, untag=untag,
    )  # fmt: skip
    with desk.house.store.writing() as unit:
        act(unit, _picked(pick or []))
    return RedirectResponse(inside(back), 303)


@router.post("/changes/{change_id}/undo")
def undo(desk: AtDesk, change_id: int, back: Annotated[str, Form()] = "/") -> Response:
    with desk.house.store.writing() as unit:
        change = change_of(unit, change_id, desk.person)
        undoing = {"merge": undo_merge, "split": undo_split}.get(change.act, take_back)
        undoing(unit, desk.house, change, desk.person)
    return RedirectResponse(inside(back), 303)


def _chosen_act(
    desk: Desk,
    *,
    assignee: int | None,
    state: str,
    priority: str,
    category: str,
    snooze: str,
    tag: str,
    untag: int | None,
) -> _Act:
    house, person = desk.house, desk.person
    acts: list[tuple[bool, _Act]] = [
        (
            assignee is not None,
            lambda unit, picked: bulk.assign(unit, house, picked, assignee_id=assignee or 0, person=person),
        ),
        (bool(state), lambda unit, picked: bulk.set_state(unit, house, picked, state=state, person=person)),
        (
            bool(priority),
            lambda unit, picked: bulk.set_priority(unit, house, picked, priority=priority, person=person),
        ),
        (
            bool(category),
            lambda unit, picked: bulk.set_category(unit, house, picked, category=category, person=person),
        ),
        (snooze == "wake", lambda unit, picked: bulk.wake(unit, house, picked, person=person)),
        (bool(snooze), lambda unit, picked: _snooze(desk, unit, picked, snooze)),
        (
            untag is not None,
            lambda unit, picked: bulk.untag(unit, house, picked, tag_id=untag or 0, person=person),
        ),
        (bool(tag.strip()), lambda unit, picked: bulk.tag(unit, house, picked, name=tag, person=person)),
    ]
    for wanted, act in acts:
        if wanted:
            return act
    raise WrongUse("Nothing was chosen.", code="pick.act", remedy="Choose what to do with the cases.")


def _snooze(desk: Desk, unit: Unit, picked: Sequence[Picked], choice: str) -> DeskChangeRow:
    until = chosen(choice, desk.house.clock(), rules_of(desk.house.company)[1])
    return bulk.snooze(unit, desk.house, picked, until=until, person=desk.person)


def _picked(fields: Sequence[str]) -> list[Picked]:
    picked = []
    for field in fields:
        number, _, version = field.partition(":")
        if not (number.isascii() and number.isdecimal() and version.isascii() and version.isdecimal()):
            raise WrongUse(
                "A picked case has no number.",
                code="pick.broken",
                remedy="Load the list again and pick anew.",
            )
        picked.append(Picked(int(number), int(version)))
    return picked
