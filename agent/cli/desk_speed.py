"""`genklang eval desk`: the desk's pages timed over any number of made-up cases."""

import secrets
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from agent.cli.terminal import FAILED, progress, say, whisper
from agent.store.session import Store

if TYPE_CHECKING:
    from evals.scorers.desk_speed import Timing

ROUNDS = 12
DEPTHS = (1, 5, 25)
DEEP = (100, 10_000)  # reached without turning the pages
_SEED = 7


def measure_desk(cases: int, database: str) -> None:
    """Time the pages on `database`, or on one of SQLite that is thrown away; an empty one is filled first."""
    with tempfile.TemporaryDirectory(prefix="genklang-desk-") as folder:
        timings_are_fine = _measure(cases, database, Path(folder))
    if not timings_are_fine:
        raise typer.Exit(FAILED)


def _measure(cases: int, database: str, folder: Path) -> bool:
    from fastapi.testclient import TestClient
    from sqlalchemy import func, select

    from agent.cli.processes import spare_what_stays
    from agent.desk.people.accounts import hash_password
    from agent.errors import WrongUse
    from agent.settings import Settings
    from agent.store.tables import CaseRow, CaseWordsRow, MailboxRow, PersonRow
    from agent.wiring import build_house
    from api.app import create_app
    from evals.desk_cases import MADE_UP, Size, fill
    from evals.scorers.desk_speed import jumps, measure

    settings = Settings(home=folder, database_url=database, secret_key=secrets.token_hex(32))
    house = build_house(settings, index="")
    now, password = datetime.now(UTC), secrets.token_hex(16)
    with house.store.reading() as session:
        there = session.scalar(select(func.count()).select_from(CaseRow)) or 0
        ours = session.scalar(select(MailboxRow.address)) == MADE_UP
    if there and not ours:
        raise WrongUse(
            "This database holds real cases.", code="desk.not_empty", remedy="Name one that is empty."
        )
    begun = time.perf_counter()
    if not there:
        with progress("Making cases") as bar:
            fill(house.store, Size(cases), now=now, seed=_SEED, said=lambda done: bar.set(done, cases))
    cases = there or cases
    with house.store.writing() as unit:
        unit.session.get_one(PersonRow, 1).password_hash = hash_password(password)
        middle = unit.session.get_one(CaseWordsRow, max(1, cases // 2)).words.split()
        day = unit.session.get_one(CaseRow, max(1, cases // 2)).created_at.date().isoformat()
    if not there:
        whisper(f"{cases} cases in {time.perf_counter() - begun:.0f} s.")
    common = _by_frequency(house.store, middle)
    with house.store.reading() as session:
        deep = jumps(session, common[0], DEEP)
    words = {
        "common": common[0], "second": common[1], "rare": common[-1], "beginning": common[0][:3], "day": day,
    }  # fmt: skip
    with TestClient(
        create_app(house, settings), base_url=settings.desk_url, follow_redirects=False
    ) as browser:
        form = browser.get("/sign-in").text
        token = form.partition('name="csrf" value="')[2].partition('"')[0]
        who = {"csrf": token, "email": "agent1@example", "password": password}
        browser.post("/sign-in", data=who, headers={"Origin": settings.desk_url})

        def fetch(address: str) -> str:
            answer = browser.get(address)
            answer.raise_for_status()
            return answer.text

        spare_what_stays()  # as the web process does
        timings, whole = _until_stopped(
            measure(fetch, words, rounds=ROUNDS, depths=DEPTHS, deep=deep), "Timing pages"
        )
    within = house.store.engine.dialect.name == "sqlite"  # the database computes in our own process
    house.store.close()
    if not whole:
        whisper("Stopped before all pages were timed.")
    return bool(timings) and _show(timings, judged_by_cpu=within) and whole


def _until_stopped(measured: "Iterable[Timing]", description: str) -> "tuple[list[Timing], bool]":
    """What was measured, and whether that is everything: Ctrl+C keeps what is known so far."""
    timings: list[Timing] = []
    with progress(description) as bar:
        try:
            for one in measured:
                timings.append(one)
                bar.set(len(timings), None)
        except KeyboardInterrupt:
            return timings, False
    return timings, True


def _show(timings: "Sequence[Timing]", *, judged_by_cpu: bool) -> bool:
    """Print the table; whether every page keeps its promise."""
    from rich.console import Console
    from rich.table import Table

    def taken(one: "Timing") -> float:
        return one.cpu if judged_by_cpu else one.p95

    table = Table("page", "depth", "quiet, ms", "p50, ms", "p95, ms", "own CPU p95, ms", "n", "")
    for one in timings:
        slow = "" if taken(one) < one.promised else "over"
        times = (f"{ms:.0f}" for ms in (one.quiet, one.p50, one.p95, one.cpu))
        table.add_row(one.page, str(one.depth), *times, str(one.count), slow)
    Console().print(table)
    slowest = max(timings, key=lambda one: taken(one) / one.promised)
    how = "own CPU, p95" if judged_by_cpu else "p95"
    say(
        f"Slowest: {slowest.page}, page {slowest.depth}: {taken(slowest):.0f} ms ({how}) of "
        f"{slowest.promised:.0f} ms promised."
    )
    return taken(slowest) < slowest.promised


def _by_frequency(store: Store, words: list[str]) -> list[str]:
    """These words, the one that is in most cases first, judged by a sample."""
    from sqlalchemy import select

    from agent.store.tables import CaseWordsRow

    with store.reading() as session:
        texts = session.scalars(select(CaseWordsRow.words).limit(1000)).all()
    sets = [set(text.split()) for text in texts]
    return sorted(dict.fromkeys(words), key=lambda word: -sum(word in one for one in sets))
