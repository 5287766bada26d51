"""Work that mostly waits for other servers, done beside the worker's own threads.

Each letter takes a sign-in or two, and a mail server that is slow or silent takes half a minute for each. Were it done
by the threads that read mails and write drafts, the acknowledgements of one morning would hold up all drafts. What
a crash loses here is rung again from the database, as any ring is.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from threading import Lock


class Lane(StrEnum):
    """Errands of one lane wait for each other, and never for those of another."""

    REPLIES = "replies"  # that people approved
    LETTERS = "letters"  # of our own accord: acknowledgements, requests for feedback
    COPIES = "copies"  # of letters, into the folder of sent mail
    CALLS = "calls"  # notices, webhooks, SMS


AT_ONCE = {Lane.REPLIES: 1, Lane.LETTERS: 2, Lane.COPIES: 1, Lane.CALLS: 1}
"""Threads of each lane: mail servers count how many connections somebody has."""


class Errands:
    """Safe to share between threads. Threads are started as they are needed."""

    def __init__(self) -> None:
        self._lanes = {lane: ThreadPoolExecutor(count, f"errand-{lane}") for lane, count in AT_ONCE.items()}
        self._waiting: set[tuple[str, int]] = set()
        self._lock = Lock()
        self._closed = False

    def run(self, lane: Lane, name: str, row_id: int, job: Callable[[int], None]) -> None:
        """Have `job` done for the row as soon as the lane is free. What waits already is not put there twice.

        Does nothing once `close` was called: the row is rung for again after the next start.
        """
        with self._lock:
            if self._closed or (name, row_id) in self._waiting:
                return
            self._waiting.add((name, row_id))
            self._lanes[lane].submit(self._do, name, row_id, job)

    def close(self) -> None:
        """Let what is being done be finished, and forget what waits."""
        with self._lock:
            self._closed = True
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        for lane in self._lanes.values():
            lane.shutdown(wait=True)

    def _do(self, name: str, row_id: int, job: Callable[[int], None]) -> None:
        with self._lock:
            self._waiting.discard((name, row_id))  # who rings from now on may mean what comes after
        job(row_id)
