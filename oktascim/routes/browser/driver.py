"""Drives one browser in one org's Admin Console."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext
from playwright.async_api import Error as BrowserError

from oktascim.errors import ScimServerFailed
from oktascim.http.clock import Clock
from oktascim.okta.client import Okta
from oktascim.okta.org import admin_origin, okta_origin
from oktascim.routes.browser.access import NO_ACCESS, ConsoleAccess
from oktascim.routes.browser.app_pages import AppPages, ConnectionRefused, ConsentNeeded
from oktascim.routes.browser.authn import SignInRefused
from oktascim.routes.browser.browser import launch, new_context
from oktascim.routes.browser.connect import connect_template, connect_wizard_app
from oktascim.routes.browser.evidence import Evidence, collect
from oktascim.routes.browser.screen import PageNotUnderstood, Screen, SignedOut
from oktascim.routes.browser.sign_in import SignInFlow
from oktascim.routes.observer import Observer
from oktascim.routes.refusal import connection_refused
from oktascim.routes.route import Secrets
from oktascim.routes.task import Stage, Task
from oktascim.spec.provisioning import SecretRef
from oktascim.spec.secrets import ResolvedCredentials

_SIGN_INS = 3
_CONSENT_SECONDS = 10.0  # for a server that needs no interaction
_CONSENT_OF_A_PERSON = 5 * 60.0
_NETWORK_ERROR = re.compile(r"net::ERR_[A-Z_]+|Timeout \d+ms exceeded")
_TROUBLES = (PageNotUnderstood, SignedOut, SignInRefused, ConnectionRefused, ConsentNeeded, BrowserError)


class BrowserFailed(Exception):
    """The browser couldn't finish; the message says at which step, why, and what the page showed.

    Attributes:
        left: the stage to resume at, if part of the work was done.
        names_file: whether the message names a screenshot.
    """

    def __init__(self, words: str, left: Stage | None = None, *, names_file: bool = False) -> None:
        super().__init__(words)
        self.left, self.names_file = left, names_file


@dataclass
class Driver:
    """A browser that signs in when first needed.

    Attributes:
        context: the browser's cookies and pages.
        access: how it signs in.
        environ: the environment; may name the folder for screenshots.
        clock: the clock that its waits go by.
        headed: whether a person can see the browser and answer its prompts.
        org: the origin of the org's sign-in page.
        admin: the origin of its Admin Console.
    """

    context: BrowserContext
    access: ConsoleAccess
    environ: Mapping[str, str]
    clock: Clock
    headed: bool
    org: str
    admin: str
    _inside: bool = field(default=False, init=False)
    _refused: str | None = field(default=None, init=False)

    async def perform(self, task: Task, secrets: Secrets, observer: Observer) -> None:
        """Carry out a task in its own page.

        Args:
            task: the task.
            secrets: fetches the integration's secrets.
            observer: receives the progress.

        Raises:
            BrowserFailed: it couldn't be done. After a refused sign-in, every later task fails at once.
            ScimServerFailed: Okta's test of the SCIM server failed.
        """
        if self._refused:
            raise BrowserFailed(self._refused)
        try:
            page = await self.context.new_page()
        except BrowserError as error:
            raise BrowserFailed(f"The browser doesn't open a page: {_reason(error)}") from error
        screen = Screen(page, self.clock, observer=observer, name=task.name)
        try:
            await self._do(task, secrets, screen)
        except _TROUBLES as trouble:
            raise await self._explained(trouble, task, secrets(), screen) from trouble
        finally:
            await screen.page.close()

    async def _do(self, task: Task, secrets: Secrets, screen: Screen) -> None:
        console = task.template.console
        sign_in = SignInFlow(self.org, self.admin, console, self.access.account)
        if not self._inside:
            await sign_in.enter(screen, f"{self.admin}{console.pages['apps']}")
            self._inside = True
        path = console.pages["app"].format(key=task.app.name, id=task.app.id)
        consent = _CONSENT_OF_A_PERSON if self.headed else _CONSENT_SECONDS
        pages = AppPages(screen, console, f"{self.admin}{path}", consent)
        if task.connects:
            connect = connect_wizard_app if task.template.kind == "wizard" else connect_template
            credentials = secrets()
            await self._signed_in(lambda: connect(task, credentials, pages), sign_in, screen)
        if task.wanted.to_app is not None:
            options = frozenset(task.wanted.to_app)
            await self._signed_in(lambda: pages.set_to_app(options), sign_in, screen)

    async def _signed_in(self, work: Callable[[], Awaitable[None]], sign_in: SignInFlow, screen: Screen) -> None:
        """Do some work; if the console asks to sign in meanwhile, sign in and start the work over."""
        for _ in range(_SIGN_INS):
            screen.home = f"{self.admin}/admin/"
            try:
                return await work()
            except (SignedOut, BrowserError) as trouble:
                at_home = screen.page.url.startswith(screen.home or "")
                if isinstance(trouble, BrowserError) and at_home:  # otherwise a sign-in page replaced it
                    raise
                screen.home = None
                await sign_in.answer(screen)
        raise PageNotUnderstood("The Admin Console keeps asking to sign in")

    async def _explained(
        self, trouble: Exception, task: Task, credentials: ResolvedCredentials, screen: Screen
    ) -> BrowserFailed | ScimServerFailed:
        evidence = await self._evidence(task, credentials, screen)
        if isinstance(trouble, ConnectionRefused):
            return connection_refused(credentials, str(trouble), evidence.seen)
        words = f"At the step '{screen.step}': {_reason(trouble).removesuffix('.')}. {evidence}"
        if isinstance(trouble, SignInRefused):
            self._refused = words
        left: Stage | None = "consent" if isinstance(trouble, ConsentNeeded) else None
        return BrowserFailed(words, left, names_file=evidence.picture is not None)

    async def _evidence(self, task: Task, credentials: ResolvedCredentials, screen: Screen) -> Evidence:
        account, given = self.access.account, task.wanted.credentials
        values = {name: value.get_secret_value() for name, value in credentials.values.items()}
        secrets = {name for name in values if isinstance(getattr(given, name), SecretRef)}
        plain = [value for name, value in values.items() if name not in secrets]
        return await collect(
            screen,
            self.environ,
            origins=(self.org, self.admin),
            harmless=[task.wanted.base_url, task.wanted.unique_identifier or "userName", *plain],
            secrets=[*(values[name] for name in secrets), *([account.password.get_secret_value()] if account else [])],
        )


async def open_driver(
    stack: AsyncExitStack,
    okta: Okta,
    access_for: Callable[[str, Clock], ConsoleAccess],
    environ: Mapping[str, str],
    *,
    headed: bool,
) -> Driver:
    """Start the browser for one org; `stack` closes it. One that fails to start is closed at once.

    Raises:
        BrowserFailed: there are no console credentials, or the browser doesn't start.
        UsageProblem: the console's settings are wrong.
    """
    org, admin = await okta_origin(okta), await admin_origin(okta)
    access = access_for(org, okta.clock)
    if access.account is None and access.state is None:
        raise BrowserFailed(NO_ACCESS)
    async with AsyncExitStack() as starting:
        try:
            browser = await launch(starting, environ, headed=headed)
            context = await new_context(browser, access.state)
        except BrowserError as error:
            raise BrowserFailed(f"The browser didn't start: {str(error).splitlines()[0]}") from error
        stack.push_async_exit(starting.pop_all())
    return Driver(context, access, environ, okta.clock, headed, org, admin)


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, ConsentNeeded):
        return (
            "the connection is saved; now give consent by clicking 'Authenticate with …' "
            f"(with --headed, the run waits for you); its window shows: {str(trouble) or 'nothing'}"
        )
    if isinstance(trouble, SignedOut):
        return "the session has ended"
    if isinstance(trouble, BrowserError):  # its message may contain a URL with a session token
        found = _NETWORK_ERROR.search(str(trouble))
        return f"the browser failed ({found[0] if found else type(trouble).__name__})"
    return str(trouble)
