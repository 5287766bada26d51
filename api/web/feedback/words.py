"""Words for what happens between asking and answering."""

from api.web.language import marked

SURVEYS = {
    "nps": marked("Recommendation (NPS)"),
    "csat": marked("Satisfaction (CSAT)"),
    "ces": marked("Effort (CES)"),
    "product": marked("Product review"),
    "service": marked("Service rating"),
    "": marked("Personal mail"),
}

CODES = {
    "free": marked("May be asked"),
    "opted_out": marked("Does not want to be asked"),
    "objected": marked("Objected to it"),
    "open_complaint": marked("A complaint is open"),
    "unhappy": marked("Somebody has to talk to them first"),
    "bounced": marked("Mail comes back"),
    "no_channel": marked("No way to reach them"),
    "recent_complaint": marked("Complained lately"),
    "asked_lately": marked("Asked lately"),
    "asked_often": marked("Asked often enough this year"),
    "not_yet_due": marked("Not due yet"),
    "no_trigger": marked("No rule asks"),
    "condition": marked("A condition is not met"),
    "too_late": marked("The right time has passed"),
    "yields": marked("Something more important is asked"),
    "compared": marked("An experiment asks otherwise"),
    "stopped": marked("The campaign was stopped"),
    "unlikely": marked("An answer is unlikely"),
    "waits_for_event": marked("Waits for a good moment"),
    "reopened": marked("The case was opened again"),
    "not_sent": marked("The mail could not be sent"),
}

KINDS = {
    "case_closed": marked("Case closed"),
    "case_reopened": marked("Case opened again"),
    "customer_wrote": marked("Wrote to us"),
    "answered": marked("Answered"),
    "personal_follow_up": marked("Talked to in person"),
    "login": marked("Signed in"),
    "purchase": marked("Bought something"),
    "praise": marked("Praised us"),
    "complained": marked("Complained"),
    "goal_reached": marked("Reached a goal"),
    "meeting": marked("Met us"),
    "onboarding_done": marked("Finished getting started"),
    "project_successful": marked("Project succeeded"),
    "feature_used": marked("Used a feature"),
    "report_read": marked("Read a report"),
    "portal_visited": marked("Visited the portal"),
    "software_used": marked("Used the software"),
    "asked_before": marked("Asked by other software"),
}

MESSAGES = {
    "waiting": marked("Mail is about to leave"),
    "sending": marked("Mail is leaving"),
    "sent": marked("Mail sent"),
    "uncertain": marked("Mail may have been sent"),
    "failed": marked("Mail was refused"),
    "dropped": marked("Mail was held back at the last moment"),
}

SHORT_MESSAGES = {
    # the same over SMS, WhatsApp and chat
    "waiting": marked("Message is about to leave"),
    "sending": marked("Message is leaving"),
    "sent": marked("Message sent"),
    "uncertain": marked("Message may have been sent"),
    "failed": marked("Message was refused"),
    "dropped": marked("Message was held back at the last moment"),
}

LIGHTS = {
    # its words, its icon
    "green": (marked("Ask"), "circle-check"),
    "yellow": (marked("Wait"), "triangle-alert"),
    "red": (marked("Do not ask"), "octagon-alert"),
}

STAGES = {
    "planned": marked("Planned"),
    "waiting": marked("Held back"),
    "asked": marked("Asked"),
    "not_asked": marked("Not asked"),
}

ORIGINS = {
    "link": marked("by a link in a mail"),
    "header": marked("by their mail program"),
    "person": marked("a colleague wrote it down"),
    "api": marked("by another program"),
}
