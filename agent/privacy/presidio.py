"""Presidio as registry and engine, with our own recognisers and nothing of its own.

The stock recognisers fetch models and suffix lists, and take order numbers for identities; none is loaded. All our
recognisers stand under one language code, because a mail quotes other languages than its own.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LocalRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from agent.privacy.finding import Finding, Rule
from agent.privacy.redaction import PiiType

_ANY_LANGUAGE = "xx"


class PlainNlpEngine(NlpEngine):
    """No pipeline and no model: our rules bring their own context. spaCy's blank vocabulary carries the artefacts."""

    engine_name = "genklang"
    is_available = True

    def __init__(self) -> None:
        self.nlp = spacy.blank(_ANY_LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        empty = self.nlp.make_doc("")
        return NlpArtifacts(
            entities=[],
            tokens=empty,
            tokens_indices=[],
            lemmas=[],
            nlp_engine=self,
            language=language,
            scores=[],
        )

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return not any(character.isalnum() for character in word)

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [_ANY_LANGUAGE]


class RuleRecognizer(LocalRecognizer):
    """One of our rules in Presidio's clothes."""

    def __init__(self, name: str, rule: Rule, kinds: Iterable[PiiType]) -> None:
        self._rule = rule
        super().__init__(
            supported_entities=[kind.value for kind in kinds], name=name, supported_language=_ANY_LANGUAGE
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [
            RecognizerResult(entity_type=f.type.value, start=f.start, end=f.end, score=f.score)
            for f in self._rule(text)
        ]


class NoEnhancer(ContextAwareEnhancer):
    """Leaves scores alone: our rules have already weighed the words around."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        return raw_results


class Analyzer:
    """The engine with a fixed set of rules; `find` may bring one more for the text at hand."""

    def __init__(self, rules: Iterable[tuple[str, Rule, tuple[PiiType, ...]]]) -> None:
        recognizers: list[EntityRecognizer] = [RuleRecognizer(*row) for row in rules]
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognizers, supported_languages=[_ANY_LANGUAGE]),
            nlp_engine=PlainNlpEngine(),
            supported_languages=[_ANY_LANGUAGE],
            context_aware_enhancer=NoEnhancer(),
        )

    def find(self, text: str, people: Callable[[str], Iterable[Finding]]) -> list[Finding]:
        """What all rules found in `text`, with `people` as the rule for names that this text's envelope knows."""
        results = self._engine.analyze(
            text,
            language=_ANY_LANGUAGE,
            ad_hoc_recognizers=[RuleRecognizer("people", people, (PiiType.PERSON,))],
        )
        return [Finding(PiiType(r.entity_type), r.start, r.end, r.score) for r in results]
