"""Codes, names and wording."""

import pytest

from knowledge.features import code_scores, codes, features, wording_scores


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("error E-31 on the T3", {"e-31", "t3"}),
        ("HTTP 503 from the API", {"http", "503", "api"}),
        ("Er loggt sich mit MitID ein", {"mitid"}),
        ("nothing of the kind here", set()),
        ("[PERSON_1] wrote to [EMAIL_2] about T3, 45 EUR", {"t3"}),
    ],
)
def test_codes_are_told_from_words(text: str, found: set[str]) -> None:
    assert codes(text) == found


def test_a_rare_shared_code_counts_more_than_a_common_one() -> None:
    documents = [features(text, "en") for text in ("API E-31", "API B-40", "API")]
    scores = code_scores(features("API E-31", "en"), documents)
    assert scores[0] > scores[1] > 0


def test_wording_finds_words_inside_compounds() -> None:
    documents = [features("Betalingsterminalen virker ikke", "da"), features("Kaffen er kold", "da")]
    scores = wording_scores(features("terminalen", "da"), documents)
    assert scores[0] > scores[1]


def test_wording_is_weighed_as_scikit_learn_weighs_it() -> None:
    """The same numbers, which its own transformer takes ten times as long for."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    texts = ["Die Zahlung kam zweimal, zweimal!", "The card was charged twice", "x", "Kaffen er kold i dag"]
    groups = HashingVectorizer(
        analyzer="char_wb", ngram_range=(4, 6), n_features=2**16, norm=None, alternate_sign=False
    )
    weigh = TfidfTransformer(sublinear_tf=True).fit(groups.transform(texts))
    asked = weigh.transform(groups.transform(["was the card charged"]))
    expected = (weigh.transform(groups.transform(texts)) @ asked.T).toarray().ravel()
    scores = wording_scores(features("was the card charged", "en"), [features(one, "en") for one in texts])
    assert scores == pytest.approx(expected)
