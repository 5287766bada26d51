"""What the pages of campaigns call things."""

from api.web.language import marked

STATES = {
    "draft": marked("Draft"),
    "scheduled": marked("Scheduled"),
    "running": marked("Running"),
    "paused": marked("Paused"),
    "done": marked("Done"),
    "stopped": marked("Stopped"),
}
KINDS = {
    "transactional": (marked("Transactional"), marked("After something happened: a purchase, a delivery")),
    "periodic": (marked("Periodic"), marked("Again and again: how the relationship goes")),
    "targeted": (marked("Targeted"), marked("One question to a chosen group")),
    "loyalty": (marked("Loyalty"), marked("Would they recommend us? Those who have been here for a while")),
}
STEPS = {
    "kind": marked("Kind"),
    "audience": marked("Audience"),
    "message": marked("Survey and message"),
    "channels": marked("Channels and follow-up"),
    "schedule": marked("Schedule"),
    "summary": marked("Summary"),
}
STEP_OF_FIELD = {
    "kind": "kind",
    "audience": "audience",
    "message": "message",
    "plan": "channels",
    "schedule": "schedule",
}
ABOUT = {
    "": marked("Nothing"),
    "customer": marked("Detail of the customer"),
    "event": marked("Event"),
    "purchase": marked("Purchase"),
    "case_opened": marked("Case opened"),
    "case_closed": marked("Case closed"),
    "case_open_now": marked("Case open now"),
    "asked": marked("Asked for feedback"),
    "answered": marked("Answered with a score"),
}
NAMES_OF = {
    "customer": "customer",
    "event": "event",
    "purchase": "purchase",
    "case_opened": "case",
    "case_closed": "case",
    "case_open_now": "case",
    "asked": "survey",
    "answered": "survey",
}
"""Which of the offered names go with what a condition looks at."""
NAMES = {
    "customer": marked("Detail of the customer"),
    "event": marked("Event"),
    "purchase": marked("Product"),
    "case": marked("Category"),
    "survey": marked("Survey"),
}
TESTS = {
    "is": marked("is"),
    "not": marked("is not"),
    "at_least": marked("at least"),
    "at_most": marked("at most"),
    "known": marked("is known"),
    "unknown": marked("is not known"),
}
CHANNELS = {
    "email": marked("E-mail"),
    "sms": marked("SMS"),
    "whatsapp": marked("WhatsApp"),
    "chat": marked("Chat"),
    "in_app": marked("In the app"),
    "widget": marked("Widget on the website"),
    "link": marked("Web link"),
}
SURVEYS = {
    "nps": marked("NPS: would they recommend us?"),
    "csat": marked("CSAT: are they satisfied?"),
    "ces": marked("CES: was it easy?"),
    "product": marked("Product"),
    "service": marked("Service"),
}
WINDOWS = {
    "planned": marked("the best hours: Tuesday to Thursday, or as the customer's group has it"),
    "prompt": marked("working hours"),
}
IMPORTANCE = {
    "routine": marked("Routine: yields to everything else"),
    "normal": marked("Normal"),
    "support": marked("As a support rating"),
    "service": marked("As a service rating"),
    "important": marked("Important: others yield to it"),
}
HOWS = {
    "now": marked("As soon as it is started"),
    "date": marked("On a day"),
    "event": marked("Whenever something happens"),
    "recurring": marked("Again and again"),
}
EVERY = {
    "daily": marked("days"),
    "weekly": marked("weeks"),
    "monthly": marked("months"),
    "yearly": marked("years"),
}
REASONS = {
    "opted_out": marked("do not want to be asked"),
    "objected": marked("have objected to the use of their data"),
    "open_complaint": marked("have an open complaint"),
    "unhappy": marked("are unhappy: a person first"),
    "bounced": marked("cannot be reached: mail comes back"),
    "no_channel": marked("cannot be reached over these channels"),
    "recent_complaint": marked("had a complaint lately"),
    "asked_lately": marked("were asked lately"),
    "asked_often": marked("were asked often enough this year"),
    "too_late": marked("could not be asked in time"),
    "yields": marked("are asked something more important"),
    "condition": marked("do not meet the condition any more"),
    "stopped": marked("were left when the campaign was stopped"),
}
DETAILS = {
    "customer_days": marked("days as a customer"),
    "country": marked("country"),
    "language": marked("language"),
    "business": marked("is a company"),
    "tier": marked("customer class"),
    "segment": marked("customer type"),
    "owner": marked("owner"),
    "annual_revenue_eur": marked("revenue a year, in euros"),
    "nps": marked("NPS"),
    "csat": marked("CSAT"),
    "ces": marked("CES"),
}
NUMBERS = {
    "planned": marked("Planned"),
    "waiting": marked("Wait for their time"),
    "sent": marked("Sent"),
    "answered": marked("Answered"),
    "dropped": marked("Not asked at a later look"),
    "not_asked": marked("Not asked"),
}
GROUPS = {
    "technician": marked("Technicians"),
    "management": marked("Management"),
    "purchaser": marked("Purchasers"),
    "field_work": marked("Field work"),
    "retail": marked("Retail"),
    "long_standing": marked("Customers for more than two years"),
    "new": marked("Customers for less than half a year"),
    "enterprise": marked("500 employees or more"),
    "mid_size": marked("50 to 500 employees"),
    "start_up": marked("Fewer than 50 employees"),
    "german_speaking": marked("German-speaking countries"),
    "nordic": marked("Nordic countries"),
}
"""The shipped segments; a company's own are called by their names, and `everyone` is not offered."""
