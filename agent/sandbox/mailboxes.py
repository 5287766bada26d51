"""The mailboxes of the sandbox, in memory, and the IMAP service that shows them (pymap)."""

from argparse import Namespace
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPService
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Seen
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
_READ_MAILS_KEPT = 1000  # pymap keeps about 60 kB a mail: the oldest that were read are forgotten
_MAILS_KEPT = 5000  # even if nobody ever looks


class _SandboxConfig(Config):
    """pymap's settings for one process on loopback: no TLS, no look-ups of names or block lists."""

    @property
    def greeting(self) -> bytes:
        return b"Genklang sandbox"


class SandboxMailboxes:
    """One INBOX a user, and what else the user makes over IMAP. All is gone when the process ends."""

    def __init__(self, passwords: Mapping[str, str], *, imap_port: int) -> None:
        self._config = _SandboxConfig(
            Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None),
            host=HOST,
            port=imap_port,
            tls_enabled=False,
            reject_dnsbl=False,
            hash_context=Cleartext(),
            demo_data=False,
            demo_user="",
            demo_password="",
        )
        self._login = Login(self._config)
        for user, password in passwords.items():
            self._login.users_dict[user] = UserMetadata(self._config, user, password=password)

    async def start(self, stack: AsyncExitStack) -> None:
        """Serve IMAP in the running loop until `stack` is closed. Raises `OSError` if the port is taken."""
        self._config.apply_context()
        await IMAPService(DictBackend(self._login, self._config), self._config).start(stack)

    async def put(self, user: str, raw: bytes) -> None:
        """Put a mail into the INBOX of `user`; sessions that wait there (IDLE) hear of it at once."""
        async with Identity(user, self._login, None, frozenset()).new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(raw, datetime.now(UTC)), recent=True)
            await _forget_oldest(inbox)


async def _forget_oldest(inbox: MailboxData) -> None:
    messages = [message async for message in inbox.messages()]
    surplus = max(0, len(messages) - _READ_MAILS_KEPT)
    read = [message.uid for message in messages if Seen in message.permanent_flags][:surplus]
    if forgotten := read or [message.uid for message in messages[: max(0, len(messages) - _MAILS_KEPT)]]:
        await inbox.delete(forgotten)
