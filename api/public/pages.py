"""Pages for customers: no sign-in, no cookies, a layout of their own, in the language that they were asked in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from agent.desk.feedback.surveys.links import LinkOver
from agent.desk.people.attempts import TooManyAttempts
from agent.errors import GenklangError
from api.dependencies import the_house
from api.security_headers import CONTENT_POLICY
from api.web import language as languages
from api.web.pages import environment

_HEADERS = {
    "Referrer-Policy": "no-referrer",  # an address here is a key
    "X-Robots-Tag": "noindex, nofollow",
}
_SANDBOX = "sandbox allow-forms allow-scripts"
_NOWHERE = "frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page may be shown within another: on these websites, or nowhere but in a window of its own."""

    origins: tuple[str, ...] = ()
    widget: bool = False

    @property
    def headers(self) -> Mapping[str, str]:
        if not self.widget:
            return {}
        allowed = " ".join(self.origins) or "'none'"
        policy = CONTENT_POLICY.replace(_NOWHERE, f"frame-ancestors {allowed}")
        return {
            "Content-Security-Policy": f"{policy}; {_SANDBOX}",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }


@dataclass(slots=True)
class Page:
    """What every public page is drawn with. `query` is what the language switch keeps of the address."""

    request: Request
    language: str
    frame: Frame = field(default_factory=Frame)
    query: Mapping[str, str] = field(default_factory=dict)

    def render(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        html = (
            environment(self.language)
            .get_template(f"public/{template}")
            .render(
                language=self.language,
                company=the_house(self.request).company,
                here=self.request.url.path,
                widget=self.frame.widget,
                in_language=self.in_language,
                **values,
            )
        )
        return HTMLResponse(html, status, {**_HEADERS, **self.frame.headers, **(headers or {})})

    def in_language(self, code: str) -> str:
        """This page's address in another language."""
        return f"{self.request.url.path}?{urlencode({**self.query, 'lang': code})}"

    def translate(self, words: str) -> str:
        return languages.translations(self.language).gettext(words)


def language_for(request: Request, asked_in: str = "", chosen: str = "") -> str:
    """The one chosen on the page, else that of the request, else the browser's first that we have."""
    for code in (chosen or request.query_params.get("lang", ""), asked_in):
        if code in languages.available():
            return code
    return languages.preferred(request.headers.get("Accept-Language", ""))


def sorry_page(
    request: Request, error: GenklangError, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """What happened, in kind words: nobody who wanted to help us did anything wrong."""
    page = Page(request, language_for(request))
    values = {
        "error": error,
        "over": isinstance(error, LinkOver),
        "wait": isinstance(error, TooManyAttempts),
        "ours": status >= 500,
    }
    return page.render(
        "sorry.html", values, status=410 if isinstance(error, LinkOver) else status, headers=headers
    )
