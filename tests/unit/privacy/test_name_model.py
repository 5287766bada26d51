"""The bundled model gives an opinion for each stretch asked about, in texts of any length."""

from agent.privacy.name_model import rampart


def test_a_name_is_likelier_than_a_product() -> None:
    model = rampart()
    assert model is not None
    passage = "Please ask Margaret about the Toaster."
    margaret, toaster = model.name_likelihood(passage, [(11, 19), (30, 37)])
    assert margaret > 0.8
    assert toaster < 0.2


def test_the_end_of_a_long_passage_is_read_too() -> None:
    model = rampart()
    assert model is not None
    passage = "We still wait for an answer and nothing happens. " * 40 + "Regards, Margaret Thornton"
    at = passage.index("Margaret")
    assert model.name_likelihood(passage, [(at, at + 8)])[0] > 0.5


def test_an_empty_passage_is_no_trouble() -> None:
    model = rampart()
    assert model is not None
    assert model.name_likelihood("", []) == []
