"""How to write an answer: the customer's profile blended with the mail at hand.

What a person set counts first, then what this mail says outright (Sie or du, "just tell me"), then what earlier mails
have shown often enough, then how this mail reads. Feelings are always those of this mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.customers.profile import StyleProfile, numbers
from agent.triage.reading import Style


@dataclass(frozen=True, slots=True)
class Manner:
    """The style to answer in; and, where known, the form of address, warmth and role of the reader, else empty."""

    style: Style
    address: str = ""
    warmth: str = ""
    role: str = ""


def manner_for(
    profile: StyleProfile, mail: Style, *, outright: Mapping[str, str], recorded_role: str = ""
) -> Manner:
    """Blend. `outright` holds the traits that this mail settles by itself; `recorded_role` is what the CRM says."""

    def level(trait: str, otherwise: str) -> str:
        known = profile.trait(trait)
        if known.chosen:
            return known.chosen
        if trait in outright:
            return outright[trait]
        return known.learnt if known.confidence >= numbers()["used_from"] else otherwise

    expertise = level("expertise", mail.expertise)
    said = profile.trait("role")
    role = said.chosen or outright.get("role") or said.learnt or recorded_role
    if not role and expertise == "beginner":
        role = "beginner"
    usual_length = numbers()["length_of_role"].get(role, mail.length)
    return Manner(
        Style(
            formality=level("formality", mail.formality),
            expertise=expertise,
            length=level("length", usual_length),
            emotion=mail.emotion,
        ),
        address=level("address", ""),
        warmth=level("warmth", ""),
        role=role,
    )
