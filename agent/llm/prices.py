"""What a language model costs in money: euros for a million tokens, as the company's contract has it."""

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Euros for a million tokens that the model reads, and for a million that it writes; both 0: not known."""

    read: float = 0.0
    written: float = 0.0

    @property
    def known(self) -> bool:
        return self.read > 0 or self.written > 0

    def euros(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost that went in and came out."""
        return (tokens_in * self.read + tokens_out * self.written) / MILLION

    def between(self, tokens: int) -> tuple[float, float]:
        """The least and the most that so many tokens may cost, by what part of them is written."""
        cheap, dear = sorted((self.read, self.written))
        return tokens * cheap / MILLION, tokens * dear / MILLION


UNKNOWN = Prices()
