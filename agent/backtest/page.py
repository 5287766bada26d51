"""The report as one page of HTML that needs nothing from outside: no scripts, no fonts, no images."""

from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from agent.backtest.report import Report
from agent.backtest.verdict import sentences, verdict


def page(report: Report, made_at: datetime) -> str:
    """The whole page. `made_at` stands at its top."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = (files(__package__) / "page.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        report=report, made_at=made_at, verdict=verdict(report), sentences=sentences(report)
    )
