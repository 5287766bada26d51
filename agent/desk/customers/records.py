"""What the company knows of its customers, taken in from a CSV of its CRM.

A bad row is reported with its line and skipped; the rest is taken. A customer who is already here is brought up to
date: empty cells leave what is known.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from agent.customers.mobile_number import mobile_number
from agent.desk.customers.contact_ways import write_ways
from agent.errors import Unreadable, WrongUse
from agent.feedback.history import Channel
from agent.mail.typed_address import typed_address
from agent.store.session import Unit
from agent.store.tables import CustomerRow

TIERS = ("A", "B", "C")
_TEXT_COLUMNS = ("name", "company", "language", "owner", "segment", "country")
_COLUMNS = ("email", "tier", "annual_revenue_eur", "customer_since", *_TEXT_COLUMNS)
_WAYS = {"phone": Channel.SMS, "whatsapp": Channel.WHATSAPP}
_MAX_CELL = 2_000
_LOOKED_UP_AT_ONCE = 500
_AMOUNT = re.compile(r"\d+(\.\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_EUROPEAN = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?|\d+,\d{1,2}")  # 280.000 is never 280 euros here


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was skipped: the line of the file where it ends, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file."""

    added: int = 0
    updated: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)


def import_customers(unit: Unit, lines: Iterable[str], now: datetime) -> ImportReport:
    """Take in the rows of a CSV with a header line (comma, semicolon or tab between cells).

    `phone` and `whatsapp` are ways to reach the customer where they hold a mobile number; any other number is kept as
    it is written. Unknown columns are kept as attributes. Where an address comes twice the later row counts. Raises `Unreadable`
    when there is no header with a column `email`.
    """
    report = ImportReport()
    batch: dict[str, dict[str, Any]] = {}
    for line, row in _rows(lines):
        try:
            values = _values(row)
        except (WrongUse, ValueError) as error:
            report.bad_rows.append(BadRow(line, error.message if isinstance(error, WrongUse) else str(error)))
            continue
        batch[values["email"]] = values
        if len(batch) == _LOOKED_UP_AT_ONCE:
            _store(unit, batch, now, report)
            batch = {}
    _store(unit, batch, now, report)
    return report


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it ends on. A row with more cells than the header has the extra ones under `""`."""
    source = iter(lines)
    header = next(source, "").lstrip("\ufeff")
    delimiter = max(",;\t", key=header.count)
    names = [
        name.strip().lower().replace(" ", "_") for name in next(csv.reader([header], delimiter=delimiter), [])
    ]
    if "email" not in names:
        raise Unreadable(
            "The first line names no column `email`.",
            code="customers.header",
            remedy=f"Start the file with a header of columns such as {', '.join(_COLUMNS)}.",
        )
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num + 1, {"": str(error)}
            continue
        if any(cell.strip() for cell in cells):
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            if len(cells) > len(names):
                row[""] = f"it has {len(cells)} cells, the header has {len(names)}"
            yield reader.line_num + 1, row


def _values(row: dict[str, str]) -> dict[str, Any]:
    """The fields of one customer. Raises `ValueError` or `WrongUse` that says what is wrong."""
    if "" in row:
        raise ValueError(f"The row does not fit the header: {row['']}.")
    if long := next((name for name, cell in row.items() if len(cell) > _MAX_CELL), None):
        raise ValueError(f"{long} is longer than {_MAX_CELL} characters.")
    values: dict[str, Any] = {name: row[name] for name in _TEXT_COLUMNS if row.get(name)}
    values["email"] = typed_address(row.get("email", ""))
    if language := values.get("language"):
        values["language"] = language.lower()
    if tier := row.get("tier", "").upper():
        if tier not in TIERS:
            raise ValueError(f"tier {tier[:20]!r} is not one of {', '.join(TIERS)}.")
        values["tier"] = tier
    if revenue := row.get("annual_revenue_eur", ""):
        values["annual_revenue_eur"] = _amount(revenue)
    if since := row.get("customer_since", ""):
        values["since"] = _day(since)
    values["ways"] = _ways(row)
    own = {*_COLUMNS, *(column for column, channel in _WAYS.items() if channel in values["ways"])}
    values["attributes"] = {name: cell for name, cell in row.items() if name not in own and cell}
    return values


def _ways(row: dict[str, str]) -> dict[Channel, str]:
    """The mobile numbers of a row by channel."""
    found: dict[Channel, str] = {}
    for column, channel in _WAYS.items():
        try:
            if row.get(column):
                found[channel] = mobile_number(row[column], row.get("country", ""))
        except ValueError:
            continue  # a number at a desk gets no SMS
    return found


def _day(text: str) -> datetime:
    """The beginning of a day written as 2024-05-31. Raises `ValueError`."""
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        raise ValueError(f"customer_since {text[:40]!r} is not a day such as 2024-05-31.") from None


def _amount(text: str) -> float:
    """Euros as people write them: 280000, 280 000, €280,000.00, 280.000,00. Raises `ValueError` when unclear."""
    bare = re.sub(r"[\s\u00a0\u202f'€]|EUR", "", text, flags=re.IGNORECASE)
    if _EUROPEAN.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _AMOUNT.fullmatch(bare):
        raise ValueError(f"annual_revenue_eur {text[:40]!r} is not an amount.")
    return float(bare)


def _store(unit: Unit, batch: dict[str, dict[str, Any]], now: datetime, report: ImportReport) -> None:
    if not batch:
        return
    known = {
        row.email: row
        for row in unit.session.scalars(select(CustomerRow).where(CustomerRow.email.in_(batch.keys())))
    }
    ways = {email: values.pop("ways") for email, values in batch.items()}
    for email, values in batch.items():
        row = known.get(email)
        if row is None:
            known[email] = CustomerRow(**values, created_at=now)
            unit.session.add(known[email])
            report.added += 1
            continue
        attributes = {**row.attributes, **values.pop("attributes")}
        for name, value in {**values, "attributes": attributes}.items():
            setattr(row, name, value)
        report.updated += 1
    unit.session.flush()
    write_ways(unit, {known[email].id: addresses for email, addresses in ways.items() if addresses}, now)
