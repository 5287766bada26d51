"""How figures are written, alike in terminal and page."""

from evals.outcome import Figure


def value(number: float) -> str:
    """Three places for shares, two for ratios, one for numbers from ten (milliseconds, customers a second)."""
    return f"{number:.3f}" if number <= 1 else f"{number:.2f}" if number < 10 else f"{number:.1f}"


def interval(figure: Figure) -> str:
    """The 95 % interval, or nothing for a value that has none."""
    if figure.low == figure.high:
        return ""
    return (
        f"{figure.low:.2f}–{figure.high:.2f}" if figure.high < 10 else f"{figure.low:.1f}–{figure.high:.1f}"
    )
