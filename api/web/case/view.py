"""What the page of a case says, worked out from the rows: no markup here, no decisions in the template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from agent.drafting.rollout import Mode
from agent.store.queries.case_page import CasePage, MessageOnPage
from agent.store.tables import CorrectionRow, DraftRow, NoteRow, OutboxRow
from agent.triage.taxonomy import Taxonomy
from api.web import wording
from api.web.board.told import ShownEscalation, shown_escalations
from api.web.draft.letter import (
    MarkedPiece,
    mark_personal,
    mark_tokens,
    paragraphs_of,
)
from api.web.draft.writing_steps import WritingSteps
from api.web.file_name import shown_name
from api.web.language import sentences
from api.web.lists.place import Place
from api.web.pages import Reader, person_name
from api.web.time_left import TimeLeft

ACTS = ("edit", "write", "rewrite", "reject", "escalate", "note", "source")

Words = Callable[..., str]


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """A mail or a note in the order of time."""

    name: str
    message: MessageOnPage | None = None
    note: NoteRow | None = None
    paragraphs: tuple[tuple[MarkedPiece, ...], ...] = ()
    language: str = ""
    newest: bool = False
    html: bool = False
    file_names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One reader's view of a case: what is folded, open, being done."""

    page: CasePage
    reader: Reader
    words: Words  # gettext
    name: Place
    taxonomy: Taxonomy
    act: str = ""
    model_text: bool = False
    html_of: int = 0
    next_id: int | None = None

    def url(self, act: str = "", *, text: str | None = None, html: int | str | None = None) -> str:
        """This page, doing `act`, or showing the text as written or as the model saw it, or a mail's HTML."""
        query: dict[str, object] = {"view": str(self.name), "act": act}
        query["text"] = ("model" if self.model_text else "") if text is None else text
        query["html"] = self.html_of if html is None and text is None else html
        return f"/cases/{self.page.case.id}?{urlencode({k: v for k, v in query.items() if v})}"

    @property
    def list_url(self) -> str:
        return self.name.url

    @property
    def left(self) -> TimeLeft:
        newest = self.page.newest_in
        started = newest.received_at if newest else self.page.case.created_at
        return self.reader.time_left(self.page.case.respond_by, started, self.page.case.state)

    @property
    def priorities(self) -> list[tuple[str, str]]:
        return [(value, self.words(name)) for value, name in wording.PRIORITIES.items()]

    @property
    def categories(self) -> list[tuple[str, str]]:
        return [(slug, self.taxonomy[slug].name(self.reader.language)) for slug in self.taxonomy.slugs]

    @property
    def priority_note(self) -> str:
        """The rule that stood above the sum of points, in words."""
        return sentences(self.reader.language).said(self.page.case.priority_note, self._rule_value)

    def _rule_value(self, value: str) -> str:
        if value in self.taxonomy:
            return self.taxonomy[value].name(self.reader.language)
        return self.words({**wording.PRIORITIES, **wording.GRADES}.get(value, value))

    def name_of(self, person_id: int | None) -> str:
        return person_name(self.page.people.get(person_id or 0)) or self.words("Somebody")

    @property
    def escalated(self) -> list[ShownEscalation]:
        """The last ones that somebody took, and those that wait."""
        return shown_escalations(self.page, self.reader, self.words)

    # the conversation

    @property
    def _thread(self) -> list[ThreadItem]:
        newest = self.page.newest_in
        dated = [(m.row.received_at, self._message(m, m.row is newest)) for m in self.page.messages]
        dated += [
            (note.created_at, ThreadItem(self.name_of(note.person_id), note=note)) for note in self.page.notes
        ]
        return [item for _, item in sorted(dated, key=lambda pair: pair[0])]

    def _message(self, message: MessageOnPage, newest: bool) -> ThreadItem:
        row = message.row
        as_model = newest and self.model_text
        text = row.new_text or row.text
        if as_model:
            unseen = self.words("The model has not seen this mail.")
            seen = unseen if row.redacted_new_text is None else row.redacted_new_text
            paragraphs = [mark_tokens(part) for part in paragraphs_of(seen)]
        elif row.direction == "in":
            paragraphs = [mark_personal(part, self.page.placeholders) for part in paragraphs_of(text)]
        else:
            paragraphs = [(MarkedPiece(part),) for part in paragraphs_of(text)]
        return ThreadItem(
            name=row.from_name or row.from_email,
            message=message,
            paragraphs=tuple(paragraphs),
            language=self.page.case.language,
            newest=newest,
            html=message.has_html and row.id == self.html_of and not as_model,
            file_names={file.id: shown_name(file.filename) for file in message.attachments},
        )

    @property
    def _fold_at(self) -> int:
        """Everything before the customer's newest mail is folded away."""
        return next((i for i, item in enumerate(self._thread) if item.newest), 0)

    @property
    def earlier_items(self) -> list[ThreadItem]:
        return self._thread[: self._fold_at]

    @property
    def items(self) -> list[ThreadItem]:
        return self._thread[self._fold_at :]

    # the draft

    @property
    def leaving(self) -> OutboxRow | None:
        return next((out for out in self.page.unsent if out.state in {"waiting", "sending"}), None)

    @property
    def stuck(self) -> list[OutboxRow]:
        return [out for out in self.page.unsent if out.state in {"failed", "uncertain"}]

    @property
    def is_moving(self) -> bool:
        """Whether something is about to change by itself, so that the screen looks more often."""
        return self.page.case.draft_state in {"writing", "leaving"} or self.leaving is not None

    @property
    def writing(self) -> WritingSteps:
        return WritingSteps(self.page, self.reader.now, self.reader.language, self.words)

    @property
    def parked_id(self) -> int:
        """The newest mail's id where it was given up on; 0 otherwise."""
        newest = self.page.newest_in
        return newest.id if newest is not None and newest.parked else 0

    @property
    def may_have_written(self) -> bool:
        """Whether a draft could be written where there is none."""
        newest = self.page.newest_in
        return (
            self.page.case.state == "open"
            and newest is not None
            and not (newest.step or newest.parked)
            and newest.redacted_new_text is not None
            and self.page.drafting is Mode.ON
            and self.rejected is None
        )

    @property
    def rejected(self) -> DraftRow | None:
        newest = self.page.drafts[0] if self.page.drafts else None
        return newest if newest is not None and newest.state == "rejected" else None

    @property
    def no_draft_title(self) -> str:
        if self.page.case.state != "open":
            return self.words("No reply is due")
        return self.words("Draft rejected") if self.rejected else self.words("No draft")

    @property
    def no_draft_words(self) -> str:
        """Why there is nothing to decide on; the first reason that holds."""
        page, case, newest, _ = self.page, self.page.case, self.page.newest_in, self.words
        rejected = self.rejected.wish if self.rejected else ""
        reasons = (
            (
                case.state == "spam",
                _("This was sorted as spam or automatic mail. It is only answered if you write."),
            ),
            (
                case.state != "open",
                _("Nobody waits for us here. A new mail from the customer opens the case again."),
            ),
            (self.rejected is not None, _("The reason was: %(reason)s") % {"reason": rejected or "–"}),
            (case.draft_state == "unanswerable", _("No source answers this. The rest would be a guess.")),
            (
                bool(newest and newest.parked),
                _("This mail could not be worked on. The clock of the case still runs."),
            ),
            (
                page.drafting is Mode.OFF,
                _("Drafts are switched off for such mails. Write the answer yourself."),
            ),
            (
                page.drafting is Mode.SHADOW,
                _("Drafts for such mails are tried out unseen, and compared with what people send."),
            ),
            (bool(newest and newest.step), _("The mail is being read. A draft follows.")),
        )
        return next(
            (words for holds, words in reasons if holds), _("Nothing has been written for this mail.")
        )

    @property
    def reply_subject(self) -> str:
        subject = self.page.case.subject
        return subject if subject.lower().startswith(("re:", "sv:", "aw:")) else f"Re: {subject}"

    # the evidence

    @property
    def priority_corrections(self) -> list[CorrectionRow]:
        return [row for row in self.page.corrections if row.field in {"priority", "category"}]

    @property
    def customer_facts(self) -> list[tuple[str, str]]:
        customer, case, _ = self.page.customer, self.page.case, self.words
        style = self.page.reading.get("style") or {}
        manner = [style.get(part, "") for part in ("formality", "length", "expertise")]
        facts = [(_("E-mail"), case.customer_email)]
        if customer:
            revenue = customer.annual_revenue_eur
            facts += [
                (_("Company"), customer.company),
                (_("Tier"), customer.tier),
                (_("A year"), self.reader.euros(revenue) if revenue is not None else ""),
                (_("Owner"), customer.owner),
                (_("Segment"), customer.segment),
            ]
        else:
            facts.append((_("Record"), _("not in the customer list")))
        facts.append(
            (_("Writes"), ", ".join(_(wording.STYLE[part]) for part in manner if part in wording.STYLE))
        )
        return [(name, value) for name, value in facts if value]

    @property
    def making(self) -> list[tuple[str, str]]:
        draft, _ = self.page.draft, self.words
        engines = {
            "local": _("Local engine, on this machine"),
            "llm": _("Language model"),
            "person": _("A person"),
        }
        facts = [(_("Read by"), engines.get(self.page.engine, self.page.engine))]
        if self.page.case.category:
            sure = self.page.case.category_confidence
            facts.append((_("Category"), _("%(percent)s sure") % {"percent": self.reader.percent(sure)}))
        if draft is not None:
            facts += [
                (_("Written by"), engines.get(draft.engine, draft.engine)),
                (_("Model"), draft.model),
                (_("Prompt"), draft.prompt),
                (_("Tokens"), f"{draft.tokens_in} + {draft.tokens_out}" if draft.tokens_in else ""),
            ]
        return [(name, value) for name, value in facts if value]
