"""How long the desk's pages take on the server, by page and by depth, and whether the lists are read by index."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

import numpy as np

PROMISED_MS = 150
"""What the slowest page in twenty may take, at any depth."""

_NEXT = re.compile(r'href="([^"]*)" rel="next"')
_ROW = re.compile(r'id="row-(\d+)"')

Fetch = Callable[[str], str]
"""The HTML of an address."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of the clock for one kind of page at one depth (page number from the top)."""

    page: str
    depth: int
    p50: float
    p95: float
    count: int


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
    ("search: customer", "from:kunde7"),
    ("search: language and level", "lang:de is:critical"),
    ("search: category, without a word", "category:billing -{common}"),
    ("search: tag", 'tag:"tag 7"'),
    ("search: done before a day", "is:done before:{day}"),
    ("search: colleague's, oldest first", "assignee:agent7@ sort:oldest"),
)


def measure(fetch: Fetch, words: dict[str, str], *, rounds: int, depths: Sequence[int]) -> list[Timing]:
    """Time every list and search at each depth that it has, and cases from the lists."""
    pages = [*LISTS, *((name, "/search?q=" + text.format(**words)) for name, text in SEARCHES)]
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
    return timings


def _timed(fetch: Fetch, name: str, depth: int, addresses: Sequence[str]) -> Timing:
    spent = []
    for address in addresses:
        begun = time.perf_counter()
        fetch(address)
        spent.append(1000 * (time.perf_counter() - begun))
    p50, p95 = np.percentile(spent, [50, 95])
    return Timing(name, depth, float(p50), float(p95), len(spent))
