"""The panel's fixed words: how versions came about, what was found of a chosen source, what may be wished for."""

from api.web.language import marked

MADE = {
    # where a version was not simply written, or edited by somebody
    "wished": marked("rewritten as asked"),
    "toned": marked("rewritten in another tone"),
    "removed": marked("%(name)s took a sentence out"),
    "sourced": marked("%(name)s gave a sentence its source"),
    "vouched": marked("%(name)s vouches for a sentence"),
    "unvouched": marked("%(name)s no longer vouches for a sentence"),
    "again": marked("%(name)s took version %(version)s again"),
    "undone": marked("%(name)s took the last change back"),
}

JUDGED = {
    "not_carried": marked("The source that was chosen does not say this."),
    "foreign": marked("The source is in another language: only its numbers could be compared."),
}

QUICK = (
    marked("Shorter"),
    marked("More detail"),
    marked("More formal"),
    marked("Warmer"),
    marked("Simpler words"),
    marked("Offer a call"),
    marked("Apologise"),
)
"""Wishes that are asked for at one press. They reach the writer in the reader's language, as if typed."""

FALLBACK_SENTENCE = "This draft was written by the local engine."
"""What `agent.drafting.fallback` adds to the reason why the language model did not write."""

TRAITS = {
    "manner": marked("Formality"),
    "length": marked("Length"),
    "expertise": marked("Wording"),
    "warmth": marked("Warmth"),
}

LEVELS = {
    "informal": marked("Informal"),
    "formal": marked("Formal"),
    "short": marked("Short"),
    "detailed": marked("Thorough"),
    "beginner": marked("Plain words"),
    "practitioner": marked("Everyday terms"),
    "expert": marked("Technical"),
    "direct": marked("To the point"),
    "even": marked("Friendly"),
    "warm": marked("Warm"),
}

ADDRESSED = {
    # where the language has two forms of address
    "informal": marked("Informal, “%(you)s”"),
    "formal": marked("Formal, “%(you)s”"),
}
YOU = {
    # the language's own words; they are the same whoever reads them
    "da": {"familiar": "du", "polite": "De"},
    "nb": {"familiar": "du", "polite": "De"},
    "sv": {"familiar": "du", "polite": "Ni"},
    "de": {"familiar": "du", "polite": "Sie"},
}
