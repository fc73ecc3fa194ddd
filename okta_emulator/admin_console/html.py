"""HTML made of Jinja templates: whole pages, and the fragments that the console's script puts into them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from jinja2 import Environment

_OWN = "okta_emulator.admin_console"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}


class Templates:
    """The templates of one package; they can extend and include those of the Admin Console.

    Args:
        package: the package with a folder `templates`.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def _environment(self) -> Environment:
        """Made for the first page: an org can start and stop before anyone opens a page."""
        from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

        return Environment(
            loader=ChoiceLoader([PackageLoader(self._package), PackageLoader(_OWN)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, status: int = 200, *, slot: str = "content", **values: Any) -> HTMLResponse:
        """A page, or a fragment of one.

        Args:
            template: the template's name.
            status: the HTTP status.
            slot: where the console's script puts a fragment.
            values: what the template shows; text is escaped.
        """
        content = self._environment.get_template(template).render(values)
        return HTMLResponse(content, status, {**_HEADERS, "X-Slot": slot})


page = Templates(_OWN).page


def message_page(title: str, message: str, status: int = 200) -> HTMLResponse:
    """A page with one message and a link to the Admin Console."""
    return page("message.html", status, title=title, message=message)
