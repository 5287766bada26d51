"""Our own style sheets, scripts, icons and font. Addresses with a version may be kept for good."""

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOR_GOOD = "public, max-age=31536000, immutable"
_IN_WIDGETS = ("css/", "fonts/", "js/survey.js", "js/widget.js")
"""What a widget loads. Within somebody's website it runs in a sandbox, where we ourselves are a foreign origin."""

_A_DAY = "public, max-age=86400"


class VersionedFiles(StaticFiles):
    """Serves a folder; a file asked for with `?v=` never changes under that address."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in {200, 304}:
            named = scope.get("query_string", b"").startswith(b"v=")
            fixed = path.startswith(("fonts", "vendor"))  # their names carry a version, or they never change
            response.headers["Cache-Control"] = _FOR_GOOD if named else _A_DAY if fixed else "no-cache"
            if path.startswith(_IN_WIDGETS):
                response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                response.headers["Access-Control-Allow-Origin"] = "*"
        return response
