"""One call of the Management API, as passed to a handler, and the response that the handler returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from starlette.responses import Response

from okta_emulator.core import body
from okta_emulator.core.collections import Documents
from okta_emulator.core.encoding import encoded
from okta_emulator.core.errors import InvalidSearch, NotFound
from okta_emulator.core.okta_filter import FilterError, holds, parse
from okta_emulator.core.paging import Header, Page, Query, limit_of, link_headers, position, take
from okta_emulator.core.records import App, Group, Json, User
from okta_emulator.org.events import Cause, WebCall
from okta_emulator.org.state import Org

_T = TypeVar("_T")


@dataclass(frozen=True)
class Call:
    """A request with its body parsed.

    Args:
        org: the org.
        path: the path.
        params: the variable parts of the path.
        query: the query, in order.
        json: the JSON body; None if there is none or it isn't JSON.
        origin: scheme, host and port as the client sees them; links start with it.
        request_id: the `x-okta-request-id` of the answer.
        accept: the Accept header.
        user_agent: the User-Agent header.
        client: the client's IP address.
    """

    org: Org
    path: str
    params: dict[str, str]
    query: Query
    json: Any
    origin: str
    request_id: str
    accept: str
    user_agent: str
    client: str

    @cached_property
    def cause(self) -> Cause:
        """The token's owner, in the transaction of this request."""
        web = WebCall(self.path, self.user_agent, self.client, self.org.identity["token"])
        return self.org.cause(self.request_id, web)

    @property
    def body(self) -> Json:
        """The body as an object; a missing or malformed body is rejected."""
        return body.object_of(self.json)

    def url(self, path: str) -> str:
        """A URL of this org."""
        return self.origin + path

    def home(self, app: App) -> str:
        """The URL that opens an app for its users."""
        return self.url(f"/home/{app['name']}/{app['id']}/{app['link_id']}")

    def asked(self, name: str) -> str | None:
        """The last query parameter of that name, or None."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    def passes(self, *names: str) -> Callable[[Mapping[str, object]], bool]:
        """A test for the filters in these query parameters; without filters, everything passes.

        Raises:
            InvalidSearch: one of them isn't a filter.
        """
        try:
            conditions = [parse(text) for text in map(self.asked, names) if text]
        except FilterError as error:
            raise InvalidSearch(causes=(str(error),)) from None
        return lambda document: all(holds(condition, document) for condition in conditions)

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean query parameter."""
        value = self.asked(name)
        return default if value is None else value.lower() == "true"

    def app(self) -> App:
        """The app in the path, or 404."""
        app = self.org.any_app(self.params["app_id"])
        if app is None:
            raise NotFound(self.params["app_id"], "AppInstance")
        return app

    def group(self) -> Group:
        """The group in the path, or 404."""
        return self.required(self.org.store.groups, "group_id", "UserGroup")

    def user(self) -> User:
        """The user in the path, by id, login or `me`, or 404."""
        wanted = self.params["user_id"]
        users = self.org.store.users
        by_login = users.named(wanted)
        by_id = users.get(self.org.identity["admin"] if wanted == "me" else wanted)
        if by_id is None and not by_login:
            raise NotFound(wanted, "User")
        return by_id or by_login[0]

    def required(self, documents: Documents[_T], param: str, kind: str) -> _T:
        """The document that a part of the path names, or 404 with this kind."""
        document = documents.get(self.params[param])
        if document is None:
            raise NotFound(self.params[param], kind)
        return document

    def after(self) -> str:
        """The position after which the requested page starts; "" for the first page."""
        value = self.asked("after")
        return position(value) if value else ""

    def listing(
        self, items: Iterable[tuple[str, _T]], view: Callable[[_T], Json], *, default: int, most: int
    ) -> Answer:
        """One page of a list with its Link headers.

        Args:
            items: (id, item) pairs after `after()`.
            view: returns an item as Okta shows it.
            default: the page size if the request doesn't set one.
            most: the largest page size.
        """
        limit = limit_of(self.asked("limit"), default, most)
        page: Page[_T] = take(items, limit)
        links = link_headers(self.url(self.path), self.query, limit=limit, after=page.after)
        return Answer([view(item) for item in page.items], headers=links)


@dataclass(frozen=True)
class Answer:
    """A response of the Management API.

    Args:
        content: a JSON value, or bytes of another type; None for an empty body.
        status: the HTTP status.
        headers: additional headers.
        media_type: the Content-Type.
    """

    content: Any = None
    status: int = 200
    headers: list[Header] = field(default_factory=list)
    media_type: str = "application/json"

    def response(self) -> Response:
        """The response as an HTTP response."""
        if self.content is None:
            response = Response(status_code=self.status)
        else:
            data = self.content if isinstance(self.content, bytes) else encoded(self.content)
            response = Response(data, self.status, media_type=self.media_type)
        for name, value in self.headers:
            response.headers.append(name, value)
        return response


NO_CONTENT = Answer(status=204)

Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Endpoint:
    """A handler with its method and path."""

    method: str
    path: str
    handler: Handler
