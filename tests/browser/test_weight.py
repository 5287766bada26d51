"""What a first visit costs: bytes over the wire without the font, and nothing that jumps while the page settles."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ServedDesk, new_page, sign_in

pytestmark = pytest.mark.browser

MOST_BYTES = 100_000
LEAST_SEEN = 0.002  # of the screen times the way: one line of controls that moves by a pixel
PAGES = {
    "desk": "/",
    "case": "/cases/{login}",
    "board": "/escalations",
    "insight": "/insight",
    "customers": "/customers",
    "follow-ups": "/feedback/follow-ups",
}
_WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(one => window.shifts.push(
    [one.value, one.sources.map(s => s.node && (s.node.id || s.node.className || s.node.nodeName)).join()]
))).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass
class Wire:
    """What came over the wire, by address; fonts apart, since they are kept for good and come after the words."""

    page: Page
    sizes: dict[str, int] = field(default_factory=dict)
    _open: dict[str, tuple[str, str]] = field(default_factory=dict)

    def listen(self) -> None:
        wire = self.page.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.responseReceived", self._begun)
        wire.on("Network.loadingFinished", self._ended)

    def _begun(self, seen: dict[str, Any]) -> None:
        self._open[seen["requestId"]] = (seen["response"]["url"], seen["type"])

    def _ended(self, seen: dict[str, Any]) -> None:
        url, kind = self._open.get(seen["requestId"], ("", "Font"))
        if kind != "Font":
            self.sizes[url] = self.sizes.get(url, 0) + int(seen["encodedDataLength"])


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["wide", "phone"])
def visitor(chromium: Browser, served: ServedDesk, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = new_page(chromium, width=request.param[0], height=request.param[1])
    sign_in(page, served)
    page.add_init_script(_WATCH_SHIFTS)
    yield page
    page.context.close()


def test_a_first_view_is_small_and_stands_still(visitor: Page, served: ServedDesk) -> None:
    wire = Wire(visitor)
    wire.listen()
    heavy, restless = {}, {}
    for name, path in PAGES.items():
        wire.sizes.clear()
        address = served.url + path.format(login=served.sample.login.id)
        answer = visitor.goto(address, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200, path
        visitor.wait_for_timeout(300)
        if (total := sum(wire.sizes.values())) >= MOST_BYTES:
            heavy[name] = total, wire.sizes.copy()
        shifts = visitor.evaluate("window.shifts")
        if sum(value for value, _ in shifts) > LEAST_SEEN:
            restless[name] = shifts
    assert heavy == {}
    assert restless == {}
