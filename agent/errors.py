"""Errors that people see.

    GenklangError           code, sentence, remedy
    ├── SettingError        a setting is unknown, missing or of the wrong form
    ├── WrongUse            a command or request that cannot be meant
    ├── NotAllowed          this person's role does not do that
    ├── NotFound            what was named does not exist (or not for this person)
    ├── Conflict            somebody or something was faster; nothing was done
    ├── Unreadable          a file or mail that cannot be read
    ├── OutsideUnavailable  a server did not answer, refused, or took too long
    │   └── MailServerError with `permanent` for refusals that will not change by waiting
    └── PrivacyRefused      text that was not redacted was about to leave, or a name could not be restored

Each says in one sentence what happened and, in `remedy`, what to do. None carries a customer's words.
"""


class GenklangError(Exception):
    """Base of all errors with a message for people.

    `code` is stable and machine-readable (`mail.login_refused`); `remedy` starts with a verb.
    """

    def __init__(self, message: str, *, code: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class SettingError(GenklangError):
    """A setting is unknown, missing or of the wrong form."""


class WrongUse(GenklangError):
    """A command or request that cannot be meant; exit code 2, HTTP 422."""


class NotAllowed(GenklangError):
    """What was asked for is not for this person's role; HTTP 403."""


class NotFound(GenklangError):
    """What was named does not exist, or not for this person."""


class Conflict(GenklangError):
    """Somebody or something was faster; nothing was done."""


class Unreadable(GenklangError):
    """A file or mail that cannot be read."""


class OutsideUnavailable(GenklangError):
    """A server did not answer, refused, or took too long."""


class MailServerError(OutsideUnavailable):
    """An IMAP or SMTP server's refusal or silence."""

    def __init__(self, message: str, *, permanent: bool = False, code: str = "", remedy: str = "") -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.permanent = permanent


class PrivacyRefused(GenklangError):
    """Text that was not redacted was about to leave, or a placeholder could not be restored."""
