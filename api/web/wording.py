"""The desk's fixed terms for values that the rules use. One word a thing, everywhere."""

from agent.store.queries.case_list import View
from api.web.language import marked

VIEWS: dict[View, tuple[str, str, str]] = {
    # view: its name, its icon, the key after »g«
    View.APPROVAL: (marked("Waiting for approval"), "pen-line", "a"),
    View.MINE: (marked("Mine"), "user-round", "m"),
    View.UNASSIGNED: (marked("Unassigned"), "circle-dashed", "u"),
    View.CRITICAL: (marked("Critical"), "octagon-alert", "k"),
    View.WAITING: (marked("Waiting for customer"), "hourglass", "w"),
    View.SNOOZED: (marked("Snoozed"), "alarm-clock", "z"),
    View.SORTING: (marked("Manual sorting"), "list-filter", "s"),
    View.DONE: (marked("Done"), "circle-check", "d"),
    View.SPAM: (marked("Spam and automatic"), "mail-x", "x"),
}

ORDERS = {
    "due": marked("by time left"),
    "changed": marked("latest change first"),
    "newest": marked("newest first"),
    "oldest": marked("oldest first"),
}

SNOOZES = {
    "today": marked("Later today"),
    "tomorrow": marked("Tomorrow"),
    "monday": marked("Next week"),
}

COLOURS = {
    # of tags: a token of the desk, and what people call it
    "accent": marked("petrol"),
    "series-2": marked("light blue"),
    "series-3": marked("terracotta"),
    "ok": marked("green"),
    "warn": marked("amber"),
    "danger": marked("red"),
    "ink": marked("grey"),
}

EMPTY = {
    # view: what it means that it is empty
    View.APPROVAL: marked("Nothing waits for approval"),
    View.MINE: marked("No open case is with you"),
    View.UNASSIGNED: marked("Every open case is with somebody"),
    View.CRITICAL: marked("Nothing is critical"),
    View.WAITING: marked("No case waits for its customer"),
    View.SNOOZED: marked("No case is asleep"),
    View.SORTING: marked("Every case is sorted"),
    View.DONE: marked("No case is done yet"),
    View.SPAM: marked("No spam and no automatic mail"),
}

PRIORITIES = {
    "critical": marked("Critical"),
    "high": marked("High"),
    "medium": marked("Medium"),
    "low": marked("Low"),
}

NO_PRIORITY = marked("No priority yet")

WHY = {
    "critical": marked("Why critical"),
    "high": marked("Why high"),
    "medium": marked("Why medium"),
    "low": marked("Why low"),
}
NOT_YET_JUDGED = marked("Priority")

CHANGED = {
    # what a person corrected, as the object of »changed«
    "priority": marked("the priority"),
    "category": marked("the category"),
}

GRADES = {
    # of business impact
    "data_loss": marked("data loss"),
    "security": marked("a security problem"),
    "stopped": marked("a standstill"),
}

FACTORS = {
    "customer_value": marked("Customer value"),
    "business_impact": marked("Business impact"),
    "time_criticality": marked("Deadline"),
    "escalation_risk": marked("Risk of losing them"),
    "sentiment": marked("Mood"),
    "complexity": marked("Complexity"),
    "incident": marked("Others report it too"),
    "wrote_again": marked("Wrote again"),
    "waiting": marked("Waiting time"),
    "mood_drop": marked("Mood fell"),
}
QUOTED = {"business_impact", "time_criticality", "escalation_risk", "complexity"}
"""Factors whose evidence is the customer's own words."""

SENTIMENTS = {
    "very_negative": marked("Very upset"),
    "negative": marked("Unhappy"),
    "neutral": marked("Calm"),
    "positive": marked("Pleased"),
}

STYLE = {
    "formal": marked("formal"),
    "informal": marked("informal"),
    "beginner": marked("plain words"),
    "practitioner": marked("everyday terms"),
    "expert": marked("technical"),
    "short": marked("short"),
    "detailed": marked("detailed"),
}

CHECKS = {
    "language": marked("Language"),
    "completeness": marked("Complete"),
    "grounding": marked("Sources"),
    "promises": marked("Promises and dates"),
    "tone": marked("Tone"),
    "leftover_placeholder": marked("No gaps"),
    "leak": marked("Only their data"),
    "forbidden": marked("Wording"),
    "sensitive": marked("Not sensitive"),
}

CAUSES = {
    "critical": (marked("Critical"), "octagon-alert"),
    "asked": (marked("Asked for by a colleague"), "hand"),
    "overdue": (marked("Time"), "timer"),
    "soon": (marked("Due within 30 minutes"), "hourglass"),
    "sentiment": (marked("Mood"), "face-slightly-frowning"),
    "value": (marked("Value"), "gem"),
    "follow_up": (marked("Unhappy customer"), "mail-warning"),
}

STATES = {
    "open": marked("Open"),
    "waiting": marked("Waiting for customer"),
    "done": marked("Done"),
    "spam": marked("Spam or automatic"),
}

PERSONAL_DATA = {
    "PERSON": marked("Name, hidden from the model"),
    "EMAIL": marked("E-mail address, hidden from the model"),
    "PHONE": marked("Phone number, hidden from the model"),
    "ADDRESS": marked("Address, hidden from the model"),
    "NATIONAL_ID": marked("National id, hidden from the model"),
    "IBAN": marked("Account number, hidden from the model"),
    "CREDIT_CARD": marked("Card number, hidden from the model"),
}
OTHER_PERSONAL_DATA = marked("Personal detail, hidden from the model")

PROCESSES = {
    "poll": marked("No new mail is being fetched."),
    "worker": marked("No drafts are written and no replies leave."),
    "schedule": marked("Delayed work stands still."),
}
