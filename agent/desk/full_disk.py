"""A full disk is nobody's fault and passes: work pauses, people are told, and it goes on by itself."""

import structlog
from sqlalchemy.exc import OperationalError

from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.store.session import Unit
from agent.store.tables import NoticeRow

log = structlog.get_logger()

KEY = "disk"
FULL = (
    "The disk is full: mail can neither be kept nor worked on. Make room on the disk of the data folder and of the"
    " database; everything goes on by itself then, and nothing is lost."
)


def disk_is_full(house: House) -> None:
    """Pause, longer each time, and tell people as far as there is room for that."""
    house.room.ran_out(house.clock())
    log.error("disk.full")
    try:
        with house.store.writing() as unit:
            raise_notice(unit, KEY, FULL, house.clock())
    except OperationalError:
        log.warning("disk.notice_not_stored")


def notice_without_room(house: House) -> NoticeRow | None:
    """The notice where there is no room even for it: made anew for each page, and never stored."""
    if house.store.has_room():
        return None
    return NoticeRow(key=KEY, level="problem", text=FULL, created_at=house.clock())


def there_is_room(unit: Unit, house: House) -> None:
    """What this unit writes had to be kept: if it can be, the trouble is over."""
    resolve_notice(unit, KEY, house.clock())
    unit.after_commit(house.room.found)
