"""Blocks every address but loopback, in the test run and in each Python process that it starts.

An audit hook sees the connections of every library that goes through Python's socket module. A blocked
attempt raises an `OSError`, as a broken network does; since a library might swallow that, it is also written
to the file named by `LOOPBACK_GUARD_LOG`, and the test during which it happened fails.

Names under `.invalid` (RFC 6761: they never exist) are refused as unknown without counting as an attempt, so
that tests can ask what happens with a mistyped host.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path

LOG_VARIABLE = "LOOPBACK_GUARD_LOG"
_INSTALLED = "_loopback_guard_installed"
_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getnameinfo"})
_LOOKING_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_OWN_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "", "0.0.0.0", "::"})


class OutsideBlockedError(PermissionError):
    """The test run tried to reach something outside this machine."""


def install() -> None:
    """Block from now on, for the life of this process: an audit hook cannot be taken away."""
    if not hasattr(sys, _INSTALLED):
        setattr(sys, _INSTALLED, True)
        sys.addaudithook(_watch)


def blocked_attempts() -> list[str]:
    """The attempts written down since the file was last emptied."""
    log = os.environ.get(LOG_VARIABLE)
    return Path(log).read_text(encoding="utf-8").splitlines() if log and Path(log).exists() else []


def forget_attempts() -> None:
    """Empty the file."""
    if log := os.environ.get(LOG_VARIABLE):
        Path(log).write_text("", encoding="utf-8")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _CONNECTING:
        address = arguments[-1]
        if (
            isinstance(address, tuple)
            and address
            and isinstance(address[0], str)
            and not _is_here(address[0])
        ):
            _refuse(event, address[0])
    elif event in _LOOKING_UP:
        host = _as_text(arguments[0])
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not _is_here(host):
            _refuse(event, host)


def _is_here(host: str) -> bool:
    if host in _OWN_NAMES or host == os.uname().nodename:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _as_text(host: object) -> str:
    if isinstance(host, bytes):
        return host.decode("ascii", "replace")
    return host if isinstance(host, str) else ""


def _refuse(event: str, host: str) -> None:
    if log := os.environ.get(LOG_VARIABLE):
        with Path(log).open("a", encoding="utf-8") as attempts:
            attempts.write(f"{event} {host} by {sys.argv[:3] if hasattr(sys, 'argv') else '?'}\n")
    raise OutsideBlockedError(f"tests stay on this machine: {event} to {host} was blocked")
