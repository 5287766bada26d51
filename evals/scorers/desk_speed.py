"""How long the desk's pages take on the server, by page and by depth, and whether the lists are read by index."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

import numpy as np

PROMISED_MS, OTHERS_MS = 150, 500
"""What the slowest in twenty of the lists, searches and cases may take, at any depth, and of pages of figures."""

_NEXT = re.compile(r'href="([^"]*)" rel="next"')
_ROW = re.compile(r'id="row-(\d+)"')

Fetch = Callable[[str], str]
"""The HTML of an address."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds for one kind of page at one depth (page number from the top).

    `p50` and `p95` are by the clock; `cpu` is what the slowest in twenty computed in our own process. The clock also
    counts whatever else the machine does, so that a busy one is judged by `cpu`; a database elsewhere is not in it.
    """

    page: str
    depth: int
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
    ("insight, a week", "/insight?span=week"),
    ("insight, a month", "/insight?span=month"),
    ("follow-ups", "/feedback/follow-ups"),
    ("problems", "/problems"),
    ("tags", "/tags"),
    ("audit", "/settings/audit"),
)


def measure(fetch: Fetch, words: dict[str, str], *, rounds: int, depths: Sequence[int]) -> list[Timing]:
    """Time every list and search at each depth that it has, cases from the lists, and the pages that stand alone."""
    found = ((name, "/search?q=" + text.format(**words)) for name, text in SEARCHES)
    pages = [*LISTS, *found, *PAGED]
    timings: list[Timing] = []
    cases: list[str] = []
    for name, address in pages:
        at = address.replace(" ", "+").replace('"', "%22")
        for depth in range(1, max(depths) + 1):
            html = fetch(at)
            if depth in depths:
                timings.append(_timed(fetch, name, depth, [at] * rounds))
            cases += _ROW.findall(html)[:1] if depth in depths else []
            following = _NEXT.search(html)
            if following is None:
                break
            at = unescape(following[1])
    timings.append(_timed(fetch, "case", 1, [f"/cases/{number}" for number in cases]))
    timings += [_timed(fetch, name, 1, [at] * rounds, promised=OTHERS_MS) for name, at in SINGLE]
    return timings


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
    p50, p95, cpu = (*np.percentile(spent, [50, 95]), np.percentile(computed, 95))
    return Timing(name, depth, float(p50), float(p95), float(cpu), len(spent), promised)
