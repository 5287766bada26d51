"""Chat channels in memory: for tests, and for a company that has none."""

from collections.abc import Sequence

from agent.chat.channel import Notice, Told


class MemoryChannels:
    """Keeps what was told where; a name in `failing` refuses."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._names = tuple(names)
        self.told: list[tuple[str, Notice]] = []
        self.failing: set[str] = set()

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def tell(self, name: str, notice: Notice) -> Told:
        if name not in self._names or name in self.failing:
            return Told(False, "The channel refused it.")
        self.told.append((name, notice))
        return Told(True, "The channel took it.")
