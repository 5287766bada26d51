"""The most telling sentence, short enough for a list."""

from agent.triage.summary import MAX_LENGTH, write


def test_the_matter_and_not_the_preamble() -> None:
    text = "Hei\n\nDet har vært en fin sommer her. Oppvaskmaskinen lekker og viser feil E4. Ha det bra!"
    assert write(text, "nb") == "Oppvaskmaskinen lekker og viser feil E4."


def test_the_sentence_with_the_evidence_comes_first() -> None:
    text = "The cooler makes a noise. Everything else in the plant stands still."
    assert write(text, "en", evidence=["Everything else in the plant stands still"]).startswith("Everything")


def test_a_long_sentence_is_cut_at_a_word() -> None:
    line = write("The pump is broken and " + "it is very loud and " * 20, "en")
    assert len(line) <= MAX_LENGTH
    assert line.endswith("…")


def test_nothing_gives_nothing() -> None:
    assert write("", "en") == ""
