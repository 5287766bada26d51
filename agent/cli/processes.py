"""`genklang up`, and each of its processes alone, for several machines."""

import gc
import signal
import threading
from typing import TYPE_CHECKING

import typer

from agent.cli.opening import settings_of_this_folder
from agent.cli.terminal import say

if TYPE_CHECKING:
    from agent.desk.house import House
    from agent.settings import Settings


def add_commands(app: typer.Typer) -> None:
    for command in (up, web, worker, poll, schedule):
        app.command(rich_help_panel="Running")(command)


def up() -> None:
    """Run everything on this machine: desk, worker, poller, scheduler and search index."""
    from agent.wiring import open_database
    from agent.worker.supervision import run_all

    settings = settings_of_this_folder(quiet=False)
    open_database(settings).close()  # a database that cannot be had is said once, here
    raise typer.Exit(run_all(settings, say=say))


def web() -> None:
    """Run the desk and the API alone."""
    import uvicorn

    from agent.worker.readiness import broker_probe, index_probe
    from api.app import create_app

    settings, house = _open()
    ready = {"broker": broker_probe(settings), "index": index_probe(settings)}
    application = create_app(house, settings, ready=ready)
    spare_what_stays()
    uvicorn.run(
        application,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=4,  # live updates hold connections open for ever
    )


def spare_what_stays() -> None:
    """Let Python's search for garbage pass over what a web process has for good.

    The code, routes and settings are nearly 400,000 objects: each full search took 300 ms of whichever page it fell
    into. The young are looked through after 10,000 objects instead of 700, so that few pages wait for it: nearly all
    that a page makes is freed at once, without any search.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def worker() -> None:
    """Run a worker alone: it reads, drafts and sends what the others ask for."""
    from agent.worker.working import run_worker

    run_worker(settings_of_this_folder(quiet=False))


def poll() -> None:
    """Run the poller alone: it fetches mail from all mailboxes."""
    from agent.worker.only_one import only_one
    from agent.worker.poller import Poller, owner_name

    settings, house = _open()
    with only_one(settings.home.resolve() / "run" / "poll.lock", "A poller"):
        Poller(house, owner_name(settings.home)).run(_stop_signal())


def schedule() -> None:
    """Run the scheduler alone: it finds what is unfinished and asks for it again."""
    from agent.worker.schedule import run_schedule

    _, house = _open()
    run_schedule(house, _stop_signal())


def _open() -> tuple["Settings", "House"]:
    from agent.wiring import build_house
    from agent.worker.app import make_app
    from agent.worker.doorbell import CeleryDoorbell

    settings = settings_of_this_folder(quiet=False)
    return settings, build_house(settings, doorbell=CeleryDoorbell(make_app(settings)))


def _stop_signal() -> threading.Event:
    """An event that the first SIGTERM or Ctrl-C sets."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
