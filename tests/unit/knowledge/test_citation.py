"""Whether a sentence rests on a source."""

from knowledge.citation import relevance, support

SOURCE = "Unused goods can be returned within 30 days. The refund takes up to ten days."


def test_a_quoted_sentence_is_supported_by_its_source() -> None:
    found = support(
        "Unused goods can be returned within 30 days.", ["Something else entirely.", SOURCE], "en"
    )
    assert found.supported
    assert found.source == 1


def test_a_changed_number_is_not_supported() -> None:
    found = support("Unused goods can be returned within 60 days.", [SOURCE], "en")
    assert not found.supported
    assert found.missing_numbers == ("60",)


def test_an_invention_is_not_supported() -> None:
    assert not support("Our technician visits you free of charge.", [SOURCE], "en").supported


def test_endings_do_not_matter() -> None:
    assert support(
        "Ubrugte varer kan returneres.", ["En ubrugt vare kan returneres i butikken."], "da"
    ).supported


def test_without_sources_nothing_is_supported() -> None:
    assert not support("Anything at all.", [], "en").supported


def test_the_passage_about_the_question_is_the_more_relevant() -> None:
    question = "Hvor lang tid har jeg til at sende varen retur?"
    about = relevance(question, "Varen kan sendes retur inden for 30 dage.", "da")
    aside = relevance(question, "Vi holder åbent fra mandag til fredag.", "da")
    assert about > aside + 0.3


def test_a_shared_error_code_weighs_heavily() -> None:
    assert relevance("Display shows H-12", "H-12 means that a sensor is missing.", "en") >= 1
