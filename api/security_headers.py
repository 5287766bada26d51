"""Headers that every answer carries, and the hosts that we answer to.

The content policy lets a page run and load nothing but our own files: no inline script or style, no other host.
A page may widen it for itself alone by setting the header (a mail's HTML, the page that frames it).
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.settings import Settings

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CONTENT_POLICY_WITH_MAIL = f"{CONTENT_POLICY}; frame-src 'self'"
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cache-Control": "no-store",
}
PUBLIC = ("/s/", "/o/", "/w/")  # pages for customers: surveys, not to be asked again, widgets
_FROM_OUTSIDE = (*PUBLIC, "/static/", "/api/v1/delivery-reports")  # gateways report over the same address
_PROBES = {"/healthz", "/readyz", "/metrics"}  # load balancers ask by address


class SecurityHeaders:
    """ASGI middleware: refuses hosts that are not ours, and adds the headers where a page set none."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._encrypted = settings.desk_url.startswith("https://")
        self._hosts = {
            urlsplit(settings.desk_url).hostname,
            settings.web_host,
            "localhost",
            "127.0.0.1",
            "::1",
        }
        # an address of its own for surveys leads to them alone: the desk stays where it is
        self._for_customers = urlsplit(settings.surveys_url).hostname or ""
        self._any_address = settings.web_host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "frame-ancestors http" in headers["Content-Security-Policy"]:
                    del headers["X-Frame-Options"]  # it knows no list of websites, the policy does
                if self._encrypted:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if scope["path"] in _PROBES or self._is_ours(host) or self._leads_to_surveys(host, scope["path"]):
            await self._app(scope, receive, send_with_headers)
            return
        refusal = PlainTextResponse(
            "This desk does not answer to that host name. Set GENKLANG_PUBLIC_URL to the address that people use.\n",
            status_code=421,
        )
        await refusal(scope, receive, send_with_headers)

    def _leads_to_surveys(self, host: str, path: str) -> bool:
        return (
            bool(self._for_customers)
            and _name(host) == self._for_customers
            and path.startswith(_FROM_OUTSIDE)
        )

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        if name in self._hosts:
            return True
        if not self._any_address:
            return False
        try:
            ipaddress.ip_address(name)  # a bare address cannot have been re-bound to us by a stranger's DNS
        except ValueError:
            return False
        return True


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
