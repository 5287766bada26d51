"""How long the desk's pages take on the server, by page and by depth, and whether the lists are read by index."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.query import Term
from agent.store.queries.case_pages import PAGE_SIZE, Order, cursor, in_order
from agent.store.queries.full_text import matching_by_number, sought
from agent.store.tables import CaseRow

PROMISED_MS, OTHERS_MS = 150, 500
"""What the slowest in twenty of the lists, searches and cases may take, at any depth, and of pages of figures."""

_NEXT = re.compile(r'href="([^"]*)" rel="next"')
_ROW = re.compile(r'id="row-(\d+)"')

Fetch = Callable[[str], str]
"""The HTML of an address."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds for one kind of page at one depth (page number from the top).

    `quiet`, `p50` and `p95` are by the clock: the quickest quarter, half and 95 % came in within them. `cpu` is what the
    slowest in twenty computed in our own process. The clock also counts whatever else the machine does, so that a busy
    one is judged by `cpu`; a database elsewhere is not in it.
    """

    page: str
    depth: int
    quiet: float
    p50: float
    p95: float
    cpu: float
    count: int
    promised: float = PROMISED_MS


LISTS = (
    ("waiting for approval", "/"),
    ("unassigned", "/views/unassigned"),
    ("done, latest change first", "/views/done"),
    ("done, oldest first", "/views/done?sort=oldest"),
)
SEARCHES = (
    ("search: common word", "{common}"),
    ("search: rare word", "{rare}"),
    ("search: two words", "{common} {second}"),
    ("search: beginning of a word", "{beginning}"),
    ("search: phrase", '"{common} {second}"'),
    ("search: word, open cases", "{common} is:open"),
    ("search: word, without another", "{common} -{second}"),
    ("search: common word, oldest first", "{common} sort:oldest"),
    ("search: common word, latest change first", "{common} sort:changed"),
    ("search: common word, due first", "{common} sort:due"),
    ("search: rare word, due first", "{rare} sort:due"),
    ("search: language, due first", "lang:de sort:due"),
    ("search: nothing", "zzqxzzqx"),
    ("search: customer", "from:kunde7"),
    ("search: language and level", "lang:de is:critical"),
    ("search: category, without a word", "category:billing -{common}"),
    ("search: tag", 'tag:"tag 7"'),
    ("search: done before a day", "is:done before:{day}"),
    ("search: colleague's, oldest first", "assignee:agent7@ sort:oldest"),
)


PAGED = (
    ("customers", "/customers"),
    ("customers: found by name", "/customers?q=kunde 12"),
    ("customers: nobody found", "/customers?q=zzqxzzqx"),
    ("customer: oldest cases", "/customers/1"),
)
SINGLE = (
    ("poll of a list", "/live?view=approval&since=0"),
    ("escalations", "/escalations"),
    ("insight, a day", "/insight?span=today"),
    ("insight, a week", "/insight?span=week"),
    ("insight, a month", "/insight?span=month"),
    ("follow-ups", "/feedback/follow-ups"),
    ("problems", "/problems"),
    ("tags", "/tags"),
    ("audit", "/settings/audit"),
)


@dataclass(frozen=True, slots=True)
class Jump:
    """A page too deep to be reached by turning pages."""

    page: str
    depth: int
    address: str


def jumps(session: Session, common: str, depths: Sequence[int]) -> list[Jump]:
    """The pages at these depths of the lists of what is done, and of a search for a common word."""
    done = select(CaseRow).where(CaseRow.state == "done")
    hits = matching_by_number(session, sought([Term("", common)]), after=None, newest_first=True)
    found = []
    for depth in depths:
        before = PAGE_SIZE * (depth - 1) - 1
        for name, order in ((LISTS[2][0], Order.CHANGED), (LISTS[3][0], Order.OLDEST)):
            row = session.scalar(in_order(done, order).offset(before).limit(1))
            if row is not None:
                query = urlencode({"sort": order.value, "after": cursor(row, order)})
                found.append(Jump(name, depth, f"/views/done?{query}"))
        number = session.scalar(hits.offset(before).limit(1))
        if number is not None:
            query = urlencode({"q": common, "after": f"none~{number}"})
            found.append(Jump(SEARCHES[0][0], depth, f"/search?{query}"))
    return found


def measure(
    fetch: Fetch, words: dict[str, str], *, rounds: int, depths: Sequence[int], deep: Sequence[Jump] = ()
) -> Iterator[Timing]:
    """Time every list and search at each depth that it has, cases from the lists, and the pages that stand alone.

    Each page's figures are given as soon as they are known: with a million cases the whole takes minutes.
    """
    found = ((name, "/search?q=" + text.format(**words)) for name, text in SEARCHES)
    pages = [*LISTS, *found, *PAGED]
    cases: list[str] = []
    for name, address in pages:
        at = address.replace(" ", "+").replace('"', "%22")
        for depth in range(1, max(depths) + 1):
            html = fetch(at)
            if depth in depths:
                yield _timed(fetch, name, depth, [at] * rounds)
            cases += _ROW.findall(html)[:1] if depth in depths else []
            following = _NEXT.search(html)
            if following is None:
                break
            at = unescape(following[1])
    for one in deep:
        yield _timed(fetch, one.page, one.depth, [one.address] * rounds)
    yield _timed(fetch, "case", 1, [f"/cases/{number}" for number in cases])
    for name, address in SINGLE:
        yield _timed(fetch, name, 1, [address] * rounds, promised=OTHERS_MS)


def _timed(
    fetch: Fetch, name: str, depth: int, addresses: Sequence[str], *, promised: float = PROMISED_MS
) -> Timing:
    fetch(addresses[0])  # templates are read and the database's pages are warm
    spent, computed = [], []
    for address in addresses:
        begun, own = time.perf_counter(), time.process_time()
        fetch(address)
        spent.append(1000 * (time.perf_counter() - begun))
        computed.append(1000 * (time.process_time() - own))
    quiet, p50, p95 = map(float, np.percentile(spent, [25, 50, 95]))
    return Timing(name, depth, quiet, p50, p95, float(np.percentile(computed, 95)), len(spent), promised)
