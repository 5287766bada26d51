"""The shipped model is the one that the shipped corpus gives, and needs no training library to run."""

import subprocess
import sys
from collections import Counter

from agent.triage import training
from agent.triage.classifier import CUE_SCALE, load_model
from agent.triage.cues import SHAPE_CUES, WORD_CUES
from agent.triage.lettering import PLACES
from agent.triage.reading import LANGUAGES
from agent.triage.taxonomy import load
from knowledge.concepts import notion_names


def test_the_model_was_fitted_on_the_corpus_and_lists_as_they_are() -> None:
    """Run `python -m agent.triage.training` after a change to `data/corpus`, `data/cues` or `data/factors`."""
    assert load_model().corpus_hash == training.corpus_hash()


def test_each_language_has_many_distinct_texts_with_known_labels() -> None:
    corpus = training.read_corpus()
    assert len({example.text for example in corpus}) == len(corpus)
    assert min(Counter(example.language for example in corpus).values()) >= 650
    taxonomy = load()
    for example in corpus:
        assert taxonomy.subcategory(example.category, example.subcategory) is not None, example.text
        assert example.expertise in {"beginner", "practitioner", "expert"}


def test_each_class_is_shown_in_each_language() -> None:
    corpus = training.read_corpus()
    for name in ("category", "sentiment", "expertise"):
        for language in LANGUAGES:
            counts = Counter(e.labels[name] for e in corpus if e.language == language)
            assert set(counts) - {None} == set(load_model().heads[name].classes)


def test_the_heads_fit_the_features() -> None:
    for head in load_model().heads.values():
        seen = 384 + len(WORD_CUES) + len(SHAPE_CUES) + 5 + len(notion_names())
        assert head.weights.shape == (len(head.classes), seen)
        assert head.letter_weights.shape == (len(head.classes), PLACES if head.letter_share else 0)
        assert 0.3 <= head.temperature <= 4.0
    assert CUE_SCALE > 0


def test_the_product_starts_without_the_training_library() -> None:
    check = "import sys, agent.triage.local; sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False, timeout=60).returncode == 0
