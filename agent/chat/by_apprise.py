"""Chat channels through Apprise, one URL each (https://github.com/caronc/apprise/wiki). The URLs hold keys: they are
never shown, logged or stored."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from agent.chat.channel import Notice, Told

PATIENCE_S = 20.0


class AppriseChannels:
    """`agent.chat.channel.Channels` over Apprise; `urls` by the channel's name."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = dict(urls)

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._urls)

    def tell(self, name: str, notice: Notice) -> Told:
        if name not in self._urls:
            return Told(False, "There is no channel of this name any more.")
        service = service_of(self._urls[name])
        if service is None:
            return Told(False, "Its address in GENKLANG_NOTICE_URLS is not one that Apprise knows.")
        import apprise

        group = apprise.Apprise(asset=service.asset)
        group.add(service)
        result = group.notify(title=notice.title, body=notice.text, body_format="text", timeout=PATIENCE_S)
        if result:
            return Told(True, f"{service.service_name} took it.")
        if result.status == apprise.AppriseResultStatus.TIMEOUT:
            return Told(False, f"{service.service_name} did not answer in time.")
        return Told(False, f"{service.service_name} refused it or could not be reached.")


def is_usable(url: str) -> bool:
    """Whether Apprise can make something of the URL. Nothing is sent."""
    return service_of(url) is not None


def service_of(url: str) -> Any:
    """Apprise's own object for a URL, or None where it cannot make anything of it."""
    import apprise

    # What Apprise logs may hold parts of a URL, and its own words are not for people: nothing of it leaves its
    # logger, where the outcome of a call is looked up.
    log = logging.getLogger("apprise")
    log.propagate = False
    log.setLevel(logging.DEBUG)
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    asset = apprise.AppriseAsset(
        app_id="Genklang",
        app_desc="Genklang",
        app_url="",
        image_url_mask="",  # no picture is fetched from anywhere
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,  # nothing is written to disk
        secure_logging=True,
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
