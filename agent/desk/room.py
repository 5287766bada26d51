"""What one process knows of the room on the disk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSES = (timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60))


@dataclass(slots=True)
class Room:
    """`failures` counts how often in a row the disk was full; until `pause_ends` nothing is tried."""

    failures: int = 0
    pause_ends: datetime | None = None

    @property
    def is_lacking(self) -> bool:
        return self.failures > 0

    def is_pausing(self, now: datetime) -> bool:
        """Whether to wait; an end further ahead than any pause was noted by a clock that was set back since."""
        return self.pause_ends is not None and now < self.pause_ends <= now + PAUSES[-1]

    def ran_out(self, now: datetime) -> None:
        """The disk was full just now. Those who met it at the same time count once."""
        if not self.is_pausing(now):
            self.pause_ends = now + PAUSES[min(self.failures, len(PAUSES) - 1)]
            self.failures += 1

    def found(self) -> None:
        """Something was written that had to be kept."""
        self.failures, self.pause_ends = 0, None
