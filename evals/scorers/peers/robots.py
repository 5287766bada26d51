"""Mail of machines and of people: what must never be answered, and the kinds of delivery reports."""

import base64

from agent.mail.automatic import classify
from evals.material import Material
from evals.outcome import Better, Miss, Outcome
from evals.rows import Row
from evals.scorers.sample.robots import PERSON, ROBOT, who
from evals.statistics import f1_of, share

MACHINE_MAIL = "1_email/machine_mail/machine_mail.jsonl.gz"
BOUNCES = "1_email/bounces_sisimai/bounces.jsonl.gz"
LIMIT = 500

KINDS = {"bounce": "bounce", "feedback_report": "bounce", "vacation": "auto_reply"}
"""Our kind for each of Sisimai's; `not_bounce` may be anything else."""


def machine_mail(material: Material) -> Outcome:
    """Robots of all makers; delivery reports, the bulk of them, also left out."""
    rows = material.peers(MACHINE_MAIL, LIMIT)
    found = [
        (row, PERSON if row["human"] else ROBOT, who(_kind(material, row)))
        for row in material.each("machine mail", rows)
    ]
    others = [(gold, given) for row, gold, given in found if row["source"] != "sisimai"]
    return Outcome(
        figures=(
            f1_of("must not be answered, F1", [one[1:] for one in found], ROBOT, "machine_mail"),
            f1_of("must not be answered, F1", others, ROBOT, "machine_mail without delivery reports"),
            share(
                "people taken for robots",
                [given == ROBOT for _, gold, given in found if gold == PERSON],
                "machine_mail",
                better=Better.LOWER,
            ),
        ),
        misses=tuple(
            Miss(f"machine_mail/{row['name']}", f"{gold} ({row['kind']})", given)
            for row, gold, given in found
            if gold != given
        ),
    )


def bounces(material: Material) -> Outcome:
    """Delivery reports of many mail systems told as such."""
    rows = [row for row in material.peers(BOUNCES, LIMIT) if row["kind"] in KINDS]
    found = [(row, KINDS[row["kind"]], _kind(material, row)) for row in material.each("bounces", rows)]
    return Outcome(
        (
            share("kind right", [given == gold for _, gold, given in found], "sisimai"),
            share("must not be answered", [who(given) == ROBOT for _, _, given in found], "sisimai"),
        ),
        misses=tuple(
            Miss(f"sisimai/{row['name']}", gold, given) for row, gold, given in found if given != gold
        ),
    )


def _kind(material: Material, row: Row) -> str:
    mail = material.read(base64.b64decode(row["raw_base64"]))
    return "unreadable" if mail is None else classify(mail, ()).kind.value
