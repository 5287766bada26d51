"""How long links to surveys work, and how often they may be used."""

from dataclasses import dataclass
from datetime import timedelta

from agent.feedback.notation import Table, rule_file, span, wrong

LONGEST_PAUSE_S = 600


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Lives of the links, and how many answers one link and one address may send within a quarter of an hour.

    `kiosk_pause` lies between two answers that begin at one screen on a counter.
    """

    survey: timedelta
    answer: timedelta
    unfinished: timedelta
    opt_out: timedelta
    kiosk_pause: timedelta
    per_link: int
    per_address: int


def load_link_rules(changes: Table | None = None) -> LinkRules:
    """The shipped rules with a company's table `feedback.links`. Raises `SettingError` for what cannot be meant."""
    table = rule_file("links", changes)
    attempts = table["attempts"]
    for name, value in attempts.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise wrong(f"feedback.links.attempts.{name}", "is not a number of answers", "Write 1 or more.")
    pause = table["kiosk"]["pause_seconds"]
    if not isinstance(pause, int) or isinstance(pause, bool) or not 1 <= pause <= LONGEST_PAUSE_S:
        place = "feedback.links.kiosk.pause_seconds"
        raise wrong(place, "is not a number of seconds", f"Write 1 to {LONGEST_PAUSE_S}.")
    return LinkRules(
        survey=span(table["survey"], "feedback.links.survey"),
        answer=span(table["answer"], "feedback.links.answer"),
        unfinished=span(table["unfinished"], "feedback.links.unfinished"),
        opt_out=span(table["opt_out"], "feedback.links.opt_out"),
        kiosk_pause=timedelta(seconds=pause),
        per_link=attempts["link"],
        per_address=attempts["address"],
    )
