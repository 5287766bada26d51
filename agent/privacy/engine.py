"""The redactor: text in, `RedactedText` with its placeholders out, or `PrivacyRefused`.

The way of a text: made readable → rules and model look for personal data → findings are brought back to the
characters as they came → settled without overlap → replaced by placeholders → restored once as a proof.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from agent.errors import PrivacyRefused
from agent.privacy.accounts import find_accounts
from agent.privacy.addresses import find_addresses
from agent.privacy.contact import find_emails, find_ip_addresses
from agent.privacy.credentials import find_credentials, find_near_credentials
from agent.privacy.finding import Finding, settle
from agent.privacy.identifiers import find_identifiers
from agent.privacy.known_people import find_known, people_of, words_of
from agent.privacy.lexicon import fold, lexicon
from agent.privacy.name_model import rampart
from agent.privacy.particulars import find_birth_dates, find_plates
from agent.privacy.people import PeopleFinder
from agent.privacy.phones import find_phones
from agent.privacy.placeholders import LITERAL, NEARLY, PlaceholderBook, restore
from agent.privacy.presidio import Analyzer
from agent.privacy.readable import Readable, readable, without_markup
from agent.privacy.redaction import KnownPeople, PiiSpan, PiiType, Redaction, Redactor, seal

LONGEST_TEXT = 1_000_000
"""Characters; what is longer is refused rather than half examined."""

_WINDOW = 12_000
_OVERLAP = 400

_RULES = (
    ("identifiers", find_identifiers, (PiiType.NATIONAL_ID, PiiType.ORG_ID)),
    ("accounts", find_accounts, (PiiType.IBAN, PiiType.CREDIT_CARD)),
    ("emails", find_emails, (PiiType.EMAIL,)),
    ("ip_addresses", find_ip_addresses, (PiiType.IP_ADDRESS,)),
    ("phones", find_phones, (PiiType.PHONE,)),
    ("credentials", find_credentials, (PiiType.USERNAME, PiiType.PASSWORD)),
    ("credentials_nearby", find_near_credentials, (PiiType.USERNAME, PiiType.PASSWORD)),
    ("birth_dates", find_birth_dates, (PiiType.DATE_OF_BIRTH,)),
    ("plates", find_plates, (PiiType.LICENSE_PLATE,)),
    ("addresses", find_addresses, (PiiType.ADDRESS,)),
)


def build_redactor(company_names: Sequence[str] = ()) -> Redactor:
    """The redactor with everything loaded. `company_names` (company, brands, products) are never hidden."""
    return PresidioRedactor(PeopleFinder(lexicon(), rampart()), company_names)


class PresidioRedactor:
    """Hides personal data with our rules in Presidio's engine. Holds no state of any conversation."""

    def __init__(self, people: PeopleFinder, company_names: Sequence[str] = ()) -> None:
        self._people = people
        self._company_names = tuple(company_names)
        self._analyzer = Analyzer(_RULES)

    def redact(
        self,
        text: str,
        *,
        language: str = "",
        known: KnownPeople = KnownPeople(),
        placeholders: Mapping[str, str] | None = None,
    ) -> Redaction:
        """As `Redactor.redact`. Raises `PrivacyRefused` for whatever keeps the text from being examined in full."""
        try:
            return self._redact(text, known, dict(placeholders or {}))
        except PrivacyRefused:
            raise
        except Exception as error:
            # The cause's message may quote the text; only its kind is kept.
            raise PrivacyRefused(
                f"The text could not be examined for personal data ({type(error).__name__}).",
                code="privacy.not_examined",
                remedy="Read it as a person; nothing was handed on.",
            ) from None

    def _redact(self, text: str, known: KnownPeople, placeholders: Mapping[str, str]) -> Redaction:
        if len(text) > LONGEST_TEXT:
            raise PrivacyRefused(
                "The text is too long to be examined for personal data.",
                code="privacy.too_long",
                remedy="Read it as a person; nothing was handed on.",
            )
        literals = _literals(text)
        known = replace(known, names=(*known.names, *_met(placeholders)))
        findings = self._find(text, known)
        book = PlaceholderBook.open(placeholders)
        book.meet(_full_names(findings, text, people_of(known, self._people.lexicon)))
        spans = [
            PiiSpan(
                f.type,
                text[f.start : f.end],
                f.start,
                f.end,
                f.score,
                book.token(f.type, text[f.start : f.end]),
            )
            for f in _around(findings, literals, text)
        ]
        hidden = [(span.start, span.end, span.placeholder) for span in spans]
        escaped = tuple((start, end, book.token(LITERAL, text[start:end])) for start, end in literals)
        redacted = _replaced(text, sorted([*hidden, *escaped]))
        if restore(redacted, book.tokens) != text:
            raise PrivacyRefused(
                "The text could not be redacted reversibly.",
                code="privacy.not_reversible",
                remedy="Read it as a person; nothing was handed on.",
            )
        return Redaction(seal(redacted), tuple(spans), book.tokens, escaped)

    def _find(self, text: str, known: KnownPeople) -> list[Finding]:
        """Everything found in any view of the text, at positions of the text as it came, without overlap."""
        spared = frozenset(
            fold(word)
            for name in (*self._company_names, *known.company_names)
            for word in (name, *name.split())
        )
        look_for_people = partial(self._people.find, known=known, spared=spared)
        found: list[Finding] = []
        for view in _views(text):
            seen = [
                Finding(f.type, f.start + offset, f.end + offset, f.score)
                for offset, window in _windows(view.text)
                for f in self._analyzer.find(window, look_for_people)
            ]
            if len(view.text) > _WINDOW:  # somebody met in one window is the same person in all others
                seen += find_known(
                    view.text, words_of(seen, view.text, self._people.lexicon) - spared, self._people.lexicon
                )
            found += [Finding(f.type, *view.original(f.start, f.end), f.score) for f in seen]
        return settle(found, text)


def _views(text: str) -> Iterator[Readable]:
    yield readable(text)
    if stripped := without_markup(text):
        yield stripped


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """Overlapping windows of a long text, cut where a line ends if there is one."""
    start = 0
    while True:
        end = min(start + _WINDOW, len(text))
        if end < len(text):
            end = max(text.rfind("\n", start + _WINDOW // 2, end), 0) or end
        yield start, text[start:end]
        if end == len(text):
            return
        start = end - _OVERLAP


def _literals(text: str) -> list[tuple[int, int]]:
    """Where the sender typed something that looks like a placeholder, also with invisible characters in it."""
    view = readable(text)
    return [view.original(*match.span()) for match in NEARLY.finditer(view.text)]


def _around(findings: Iterable[Finding], literals: list[tuple[int, int]], text: str) -> list[Finding]:
    """The findings outside of literals: a literal is hidden as a whole already."""
    pieces: list[Finding] = []
    for finding in findings:
        at = finding.start
        for start, end in literals:
            if start < finding.end and end > at:
                pieces.append(Finding(finding.type, at, max(at, start), finding.score))
                at = max(at, end)
        pieces.append(Finding(finding.type, at, max(at, finding.end), finding.score))
    return settle((piece for piece in pieces if piece.length), text)


def _met(placeholders: Mapping[str, str]) -> list[str]:
    """The people of this conversation: named in full once, they may be called by a part of it later."""
    return [
        value
        for token, value in placeholders.items()
        if token.startswith(f"[{PiiType.PERSON}_") and "\n" not in value
    ]


def _full_names(findings: Iterable[Finding], text: str, people: Iterable[str]) -> list[str]:
    """The people of this text and of its envelope, so that a draft can greet the sender who did not sign."""
    names = {*people, *(text[f.start : f.end] for f in findings if f.type is PiiType.PERSON)}
    return [name for name in names if "\n" not in name]


def _replaced(text: str, hidden: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, token in hidden:
        pieces += [text[at:start], token]
        at = end
    return "".join([*pieces, text[at:]])
