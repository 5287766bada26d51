"""How far the way to a draft has come: what is done with its number, what runs now, and what is to come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agent.desk.replies.stopping import DRAFT
from agent.desk.steps.pipeline import STEPS
from agent.desk.steps.researching import NO_INDEX
from agent.drafting.rollout import Mode
from agent.store.due import is_ahead
from agent.store.queries.case_page import CasePage
from agent.store.tables import MessageRow
from agent.triage.reading import LANGUAGES
from api.web.language import language_name

Words = Callable[..., str]

_ORDER = [step.name for step in STEPS]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """`state` is `ok` or `warn` for what is done, `now` for what a worker is at, `todo` for what waits."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class WritingSteps:
    """The steps of the mail that is to be answered, as they are stored at `now`."""

    page: CasePage
    now: datetime
    language: str  # of the interface
    words: Words  # gettext

    @property
    def _mail(self) -> MessageRow | None:
        """The mail that a draft would answer; a robot's mail that came after it changes nothing."""
        latest = self.page.case.latest_in_id
        return next((one.row for one in self.page.messages if one.row.id == latest), self.page.newest_in)

    @property
    def stoppable(self) -> bool:
        """Whether somebody may call the draft off: only its writing can be, the mail itself is always read."""
        mail = self._mail
        return mail is not None and mail.step == DRAFT

    @property
    def title(self) -> str:
        _ = self.words
        if not self._before(DRAFT):
            return _("A draft is being written")
        return _("The mail is being read. A draft follows.") if self._drafts else _("The mail is being read.")

    @property
    def steps(self) -> list[ShownStep]:
        steps = [self._hiding(), self._sorting(), self._finding()]
        return [*steps, self._writing()] if self._drafts else steps

    def _before(self, step: str) -> bool:
        """Whether the mail still waits for a step before this one."""
        mail = self._mail
        return mail is not None and mail.step in _ORDER[: _ORDER.index(step)]

    @property
    def _drafts(self) -> bool:
        """Whether a draft is to be seen at the end, as far as it is known by now."""
        mail, customer = self._mail, self.page.customer
        if mail is None or mail.wish or mail.tone or not self._before(DRAFT):
            return True
        objects = customer is not None and "drafts" in customer.objections
        return self.page.drafting is Mode.ON and not objects

    def _hiding(self) -> ShownStep:
        mail, _ = self._mail, self.words
        if mail is None or mail.redacted_new_text is None or self._before("triage"):
            return ShownStep(self._open("read", "redact"), _("Hiding personal details"))
        return ShownStep("ok", _("Personal details hidden: %(count)s") % {"count": mail.hidden_count})

    def _sorting(self) -> ShownStep:
        _ = self.words
        if self._before("research"):
            return ShownStep(self._open("triage", "acknowledge"), _("Reading and sorting the mail"))
        return ShownStep("ok", _("Mail read and sorted"))

    def _finding(self) -> ShownStep:
        mail, _ = self._mail, self.words
        if self._before(DRAFT):
            return ShownStep(self._open("research", "research"), _("Looking for sources"))
        if mail is not None and NO_INDEX in mail.warnings:
            return ShownStep(
                "warn", _("The search index does not answer; drafts are written without sources.")
            )
        return ShownStep("ok", _("Sources found: %(count)s") % {"count": len(self.page.matches)})

    def _writing(self) -> ShownStep:
        """Writing and checking are stored as one: nobody can tell which of the two is under way."""
        _ = self.words
        writing = _("Writing the reply")
        if self.page.reading:  # before, its language is only a guess
            writing = _("Writing in %(language)s") % {
                "language": language_name(self._reply_language, self.language)
            }
        return ShownStep(self._open(DRAFT, DRAFT), f"{writing} · {_('Checking every sentence')}")

    @property
    def _reply_language(self) -> str:
        fixed = self.page.mailbox.reply_language
        return fixed if fixed in LANGUAGES else self.page.case.language or "en"

    def _open(self, first: str, last: str) -> str:
        """What is not done runs while a worker holds the mail for it; else it waits."""
        mail = self._mail
        is_its_turn = mail is not None and mail.step in _ORDER[_ORDER.index(first) : _ORDER.index(last) + 1]
        return "now" if is_its_turn and mail and is_ahead(mail.lease_until, self.now) else "todo"
