"""What the page of experiments calls things."""

from api.web.language import marked

STATES = {
    "running": marked("Running"),
    "stopped": marked("Stopped"),
    "adopted": marked("Used for everyone"),
}
ABOUT = {
    "timing": marked("When people are asked"),
    "trigger": marked("After what they are asked"),
    "wording": marked("How the message is worded"),
    "personalisation": marked("How personal it is"),
}
HOLDOUT = marked("as always")
ALL_REQUESTS = marked("All requests")
AS_ALWAYS = marked("as always")
STYLES = {
    "plain": marked("plain"),
    "formal": marked("formal"),
    "personal": marked("personal"),
    "casual": marked("casual"),
    "brief": marked("brief"),
}
GUARDS = {
    "complaints": marked("Stopped: too many complaints after it"),
    "opt_outs": marked("Stopped: too many people opted out after it"),
}
