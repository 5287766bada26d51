"""Are machines told from people? Answering a machine is a nuisance; taking a person for one loses a customer."""

from evals.material import Material
from evals.outcome import Better, Miss, Outcome
from evals.samples import Seen
from evals.statistics import confusion, f1_of, share

ROBOT, PERSON = "robot", "person"


def score(material: Material) -> Outcome:
    """F1 of the mails that must not be answered, and the share of people's mails among them."""
    seen = material.seen
    pairs = [(who(one.gold["kind"]), who(given(one))) for one in seen]
    return Outcome(
        figures=(
            f1_of("must not be answered, F1", pairs, ROBOT),
            share(
                "people taken for robots",
                [answer == ROBOT for gold, answer in pairs if gold == PERSON],
                better=Better.LOWER,
            ),
            share("kind right", [given(one) == one.gold["kind"] for one in seen]),
        ),
        pictures=(confusion("Kind of mail", [(one.gold["kind"], given(one)) for one in seen]),),
        misses=tuple(
            Miss(one.id, one.gold["kind"], given(one)) for one in seen if given(one) != one.gold["kind"]
        ),
    )


def who(kind: str) -> str:
    """`person` for a customer's mail, `robot` for any other kind."""
    return PERSON if kind == "customer" else ROBOT


def given(seen: Seen) -> str:
    return "unreadable" if seen.failed else str(seen.out["kind"])
