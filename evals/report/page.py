"""The results as one page of HTML that needs nothing from outside: no scripts, no fonts, no images."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from evals.outcome import Confusion, Curve, Picture, Reliability
from evals.report import drawing
from evals.report.wording import interval, value
from evals.run import Result


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture ready for the page: a drawing, or a table of counts."""

    title: str
    chart: drawing.Drawing | None = None
    table: Confusion | None = None


def page(results: list[Result], made_at: datetime) -> str:
    """The whole page. `made_at` stands at its top."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"value": value, "interval": interval, "shade": _shade}
    template = environment.from_string((files(__package__) / "page.html.jinja").read_text(encoding="utf-8"))
    suites = dict.fromkeys(result.scorer.suite for result in results)
    return template.render(
        made_at=made_at,
        suites={suite: [result for result in results if result.scorer.suite == suite] for suite in suites},
        worse=sum(one.verdict == "worse" for result in results for one in result.compared),
        measured=sum(len(result.compared) for result in results),
        drawn=_drawn,
    )


def _drawn(picture: Picture) -> Drawn:
    match picture:
        case Confusion():
            return Drawn(picture.title, table=picture)
        case Reliability():
            return Drawn(picture.title, chart=drawing.reliability(picture))
        case Curve():
            return Drawn(picture.title, chart=drawing.curve(picture))


def _shade(count: int, row: tuple[int, ...]) -> int:
    """How dark a cell is, in per cent: its share of the row."""
    return round(70 * count / max(1, sum(row)))
