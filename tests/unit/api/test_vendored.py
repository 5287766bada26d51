"""Files of others are what VENDORED.md says, and every icon that a page names is there."""

import hashlib
import re
from pathlib import Path

from api.web.settings.shell import SECTIONS
from api.web.wording import CAUSES, VIEWS

API = Path(__file__).parents[3] / "api"


def test_vendored_files_are_listed_with_their_checksum() -> None:
    listed = dict(
        re.findall(
            r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$",
            (API / "static/VENDORED.md").read_text(),
            re.MULTILINE,
        )
    )
    files = [*(API / "static/vendor").iterdir(), *(API / "static/fonts").iterdir()]
    found = {
        str(file.relative_to(API / "static")): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if not file.name.startswith("LICENSE")
    }
    assert listed == found


def test_every_icon_that_is_named_exists() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (API / "static/vendor/icons.svg").read_text()))
    named = {icon for _, icon in CAUSES.values()} | set(_sidebar()) | {one.icon for one in SECTIONS}
    for template in (API / "templates").glob("*.html"):
        named |= set(re.findall(r"icon\('([a-z0-9-]+)'", template.read_text()))
    assert named - sprite == set()


def test_no_two_entries_of_the_sidebar_or_of_the_settings_look_the_same() -> None:
    for icons in (_sidebar(), [one.icon for one in SECTIONS]):
        assert sorted(icons) == sorted(set(icons))


def _sidebar() -> list[str]:
    """The icons of the pages and of the views, in no order; narrowed to 56 px nothing else tells them apart."""
    entries = re.findall(r"\bto\('[^)]*\), '([a-z0-9-]+)'", (API / "templates/_nav.html").read_text())
    assert len(entries) > 10
    return [*entries, *(icon for _, icon, _ in VIEWS.values())]


def test_our_style_sheets_load_nothing_from_elsewhere() -> None:
    for sheet in (API / "static/css").glob("*.css"):
        assert "http" not in sheet.read_text()
        assert "@import" not in sheet.read_text()
