"""Looks at a draft before a person sees it. Each check gives its verdict with what to mend.

The checks know the request and its sources; they trust neither a model nor the local writer. They are pure.
"""

import re
from collections.abc import Callable, Collection, Iterable

from agent.drafting.answering import asks_of, open_asks
from agent.drafting.draft import CheckName, CheckResult, Draft, DraftRequest, DraftSentence, Finding
from agent.drafting.evidence import Evidence
from agent.drafting.facts import FactKind, differing, facts_in
from agent.drafting.gate import other_language
from agent.drafting.phrases import load_rules
from agent.drafting.sensitive import sensitive_topics
from agent.drafting.tone import tone_of, uses_familiar, uses_polite
from agent.privacy.placeholders import PLACEHOLDER
from agent.triage.reading import LANGUAGES, LanguageGuess, Sentiment
from knowledge.citation import SUPPORTED, support

_LEFTOVER = re.compile(
    r"\{\{.*?\}\}|\{[a-zæøåäö_ ]+\}|\[[^\]\n]{1,40}\]|<[a-zæøåäö_ ]{2,30}>|\bX{3,}\b|\bTODO\b|_{4,}|\blorem ipsum\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[»„“”«\"][^»„“”«\"\n]*[»„“”«\"]")
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w-])\+?\d[\d ()/-]{6,}\d(?![\w-])|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}"
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s)>\]]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|eu|dk|no|se|de|uk)\b\S*|!\["
)
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[-–•*])\s")
_FIGURES = (FactKind.NUMBER, FactKind.AMOUNT, FactKind.DATE, FactKind.CODE)
_EXCITED = re.compile(r"!|[\U0001F300-\U0001FAFF☀-➿]")
_STEP_OR_CODE = re.compile(r"\S > \S|\b[A-Z]{1,4}-?\d{2,}\b")
_PARAPHRASED = 0.35
"""Share of a model's sentence that its source must hold: a model rewords, where the local writer quotes."""


def run_checks(
    draft: Draft,
    request: DraftRequest,
    *,
    language_of: Callable[[str], LanguageGuess],
    known_placeholders: Collection[str],
) -> tuple[CheckResult, ...]:
    """All checks in the order of `CheckName`. `known_placeholders` are those of this conversation."""
    evidence = Evidence(request)
    faults = {
        CheckName.LANGUAGE: _language(draft, request, language_of),
        CheckName.COMPLETENESS: _completeness(draft, request),
        CheckName.GROUNDING: _grounding(draft, request, evidence),
        CheckName.PROMISES: _promises(draft, request, evidence),
        CheckName.TONE: _tone(draft, request),
        CheckName.LEFTOVER_PLACEHOLDER: _leftovers(draft, evidence),
        CheckName.LEAK: _leaks(draft, evidence, known_placeholders),
        CheckName.FORBIDDEN: _forbidden(draft, request),
        CheckName.SENSITIVE: _sensitive(draft, request),
    }
    return tuple(
        CheckResult(name, not found, " ".join(one.words for one in found), tuple(found))
        for name, found in faults.items()
    )


def _language(
    draft: Draft, request: DraftRequest, language_of: Callable[[str], LanguageGuess]
) -> list[Finding]:
    wanted = request.reading.language.value
    if wanted not in LANGUAGES:
        return [Finding(f"The customer writes in {wanted or 'an unknown language'}: a person has to answer.")]
    prose = [PLACEHOLDER.sub(" ", _QUOTED.sub(" ", sentence.text)) for sentence in draft.sentences[1:-1]]
    if found := other_language(prose, wanted, language_of):
        return [Finding(f"Written in {found}, but the customer writes in {wanted}.")]
    return []


def _completeness(draft: Draft, request: DraftRequest) -> list[Finding]:
    told = " ".join(
        sentence.text for sentence in draft.sentences if sentence.sources or not sentence.supported
    )
    missing = open_asks(request, told)
    if not request.reading.asks:
        return [Finding("Nothing in the letter answers the mail yet: add the answer.")] if missing else []
    hints = [match for match in request.matches if match.document.language != draft.language][:1]
    hint = [Finding(f"See {match.id} ({match.document.language}).") for match in hints if missing]
    places = {ask: place for place, ask in enumerate(asks_of(request), start=1)}
    return [Finding(f"Not answered: {_short(ask)}", ask=places[ask]) for ask in missing] + hint


def _grounding(draft: Draft, request: DraftRequest, evidence: Evidence) -> list[Finding]:
    found = [
        Finding(f"No source: {_short(sentence.text)}", place)
        for place, sentence in enumerate(draft.sentences, start=1)
        if not sentence.supported and not sentence.sources
    ]
    for place, sentence in enumerate(draft.sentences, start=1):
        if fault := _ungrounded(sentence, draft.engine, request, evidence):
            found.append(Finding(f"{fault}: {_short(sentence.text)}", place))
    return found


def _ungrounded(sentence: DraftSentence, engine: str, request: DraftRequest, evidence: Evidence) -> str:
    """What is wrong with a sentence's sources; empty where nothing is, or where it is said to have none."""
    if not sentence.sources:
        bare = sentence.supported and _STEP_OR_CODE.search(evidence.without_known(sentence.text))
        return "States a fact without a source" if bare else ""
    unknown = [one for one in sentence.sources if one not in evidence.source_texts]
    if unknown:
        return f"Cites {unknown[0]}, which was not among the sources"
    if not sentence.supported or not _rests_on(sentence, engine, request, evidence):
        return f"Says more than its source {sentence.sources[0]}"
    return ""


def rests_on_sources(sentence: DraftSentence, engine: str, request: DraftRequest) -> bool:
    """Whether the sources that a sentence cites, all of them among the request's matches, carry what it says."""
    evidence = Evidence(request)
    known = all(one in evidence.source_texts for one in sentence.sources)
    return bool(sentence.sources) and known and _rests_on(sentence, engine, request, evidence)


def _rests_on(sentence: DraftSentence, engine: str, request: DraftRequest, evidence: Evidence) -> bool:
    """Whether the cited sources carry the sentence. Across languages only its numbers can be compared."""
    texts = [evidence.source_texts[one] for one in sentence.sources]
    language = request.reading.language.value
    found = support(sentence.text, [*texts, evidence.request_text], language)
    if found.missing_numbers:
        return False
    if all(evidence.source_languages[one] != language for one in sentence.sources):
        return True
    return found.share >= (SUPPORTED if engine == "local" else _PARAPHRASED)


def _promises(draft: Draft, request: DraftRequest, evidence: Evidence) -> list[Finding]:
    """Numbers, amounts, dates and codes that nobody gave, and promises without a source."""
    found = []
    promise = re.compile("|".join(load_rules("promises").get(draft.language, ["(?!)"])), re.IGNORECASE)
    for place, sentence in enumerate(draft.sentences, start=1):
        text = evidence.without_instant(PLACEHOLDER.sub(" ", _ITEM.sub("", sentence.text)))
        found += [
            Finding(f"{fact} is in no source and not in the mail: {_short(sentence.text)}", place)
            for fact in differing(facts_in(text, draft.language), evidence.facts, _FIGURES)
        ]
        word = promise.search(_QUOTED.sub(" ", text))
        if word and not sentence.sources:
            found.append(
                Finding(f"Promises “{word.group()}” without a source: {_short(sentence.text)}", place)
            )
    return found


def _tone(draft: Draft, request: DraftRequest) -> list[Finding]:
    prose = _QUOTED.sub(" ", draft.text)
    language = draft.language
    found = []
    polite, familiar = uses_polite(language, prose), uses_familiar(language, prose)
    if polite and familiar:
        found.append(Finding("Mixes polite and familiar address: choose one."))
    elif familiar and _address(request) == "polite":
        found.append(Finding("The customer uses the polite form of address; the letter is familiar."))
    if request.reading.sentiment.value in {Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE} and _EXCITED.search(
        prose
    ):
        found.append(Finding("No exclamation marks or emoji to a customer who is upset."))
    return found


def _address(request: DraftRequest) -> str:
    return tone_of(request.reading, request.new_text.shareable(), request.address).address


def _leftovers(draft: Draft, evidence: Evidence) -> list[Finding]:
    """Slots that nobody filled. What the customer typed in brackets, such as a case number, may be repeated."""
    return [
        Finding(f"Fill in or remove {left}.", _place_of(left, draft))
        for left in _unique(_LEFTOVER.findall(f"{draft.subject}\n{draft.text}"))
        if not PLACEHOLDER.fullmatch(left) and left not in evidence.request_text
    ]


def _leaks(draft: Draft, evidence: Evidence, known_placeholders: Collection[str]) -> list[Finding]:
    text = f"{draft.subject}\n{draft.text}"
    strange = [
        one
        for one in _unique(match[0] for match in PLACEHOLDER.finditer(text))
        if one not in known_placeholders
    ]
    found = [Finding(f"{one} is not of this conversation.", _place_of(one, draft)) for one in strange]
    bare = evidence.without_instant(PLACEHOLDER.sub(" ", draft.text))
    for kind, pattern in (("Contact or account data", _CONTACT), ("A link", _LINK)):
        found += [
            Finding(f"{kind} that no article gives: {_short(one)}", _place_of(one, draft))
            for one in _unique(pattern.findall(bare))
            if not evidence.is_public(one)
        ]
    others = [one for one in evidence.private_numbers if re.search(rf"(?<!\d){re.escape(one)}(?!\d)", bare)]
    return found + [
        Finding(f"{one} belongs to another customer's case.", _place_of(one, draft)) for one in others
    ]


def _forbidden(draft: Draft, request: DraftRequest) -> list[Finding]:
    text = draft.text.casefold()
    return [
        Finding(f"The company does not say “{phrase}”.", _place_of(phrase.strip(), draft))
        for phrase in request.forbidden
        if phrase.strip() and re.search(rf"(?<!\w){re.escape(phrase.casefold().strip())}(?!\w)", text)
    ]


def _sensitive(draft: Draft, request: DraftRequest) -> list[Finding]:
    """The mail's topics for which a lead reads the answer; the draft's own words count as well."""
    language = request.reading.language.value
    asked = f"{request.subject.shareable()}\n{request.new_text.shareable()}"
    topics = {
        one.topic: one
        for one in (*sensitive_topics(draft.text, language), *sensitive_topics(asked, language))
    }
    return [
        Finding(f"A lead has to approve this ({topic}): “{one.evidence}”.", _place_of(one.evidence, draft))
        for topic, one in topics.items()
    ]


def _place_of(words: str, draft: Draft) -> int:
    """The first sentence that holds `words`, from 1; 0 where none does."""
    told = (
        place for place, one in enumerate(draft.sentences, start=1) if words.casefold() in one.text.casefold()
    )
    return next(told, 0)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:77]}…"


def _unique(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))
