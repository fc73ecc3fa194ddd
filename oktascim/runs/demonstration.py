"""What `demo` shows: the workflow of an integration in chapters, on the emulator and a real SCIM server."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oktascim.errors import ExitCode, OktascimError
from oktascim.redact import clean
from oktascim.render.gate import painted
from oktascim.routes.observer import Observer
from oktascim.runs.engine import ApplyRequest, load_selected
from oktascim.runs.sandbox import Sandbox
from oktascim.runs.session import Session

_PACKAGE = Path(__file__).parents[1]
_EXAMPLES = (_PACKAGE / "_data" / "examples", _PACKAGE.parent / "examples")
_BELOW = 12
"""The columns before the text; longer text wraps below it."""


class Demonstration(Observer):
    """Runs the whole workflow once, and prints each request as it is sent and the evidence of its effect.

    Args:
        session: the run, with the sandbox as its org.
        box: the org and the SCIM server.
    """

    def __init__(self, session: Session, box: Sandbox) -> None:
        self._session = session
        self._box = box
        self._sent: list[str] = []
        self._chapter = 0

    async def run(self) -> None:
        """Run the whole workflow; raises OktascimError if a step fails."""
        from oktascim.okta.client import Okta

        settings = self._session.org()
        self._head("An Okta org and a SCIM server, both on this machine")
        self._say(f"org          {self._box.org_url}  (emulated)")
        self._say(f"SCIM server  {self._box.scim_base_url}  (scim2-server, from a third party)")
        self._say(
            "This emulated org accepts SCIM credentials through the API. Okta doesn't document whether a live org "
            "does. There, oktascim tries the API, reads the result back, and if necessary uses a browser or asks you "
            "to do this step."
        )
        async with Okta(
            settings.url.value, self._session.access(settings.url.value, settings.credential), trace=self._heard
        ) as okta:
            request = self._load()
            await self._test_connection(request)
            app_id = await self._plan_and_apply(okta, request)
            await self._show_scim_user()
            await self._show_log(okta, app_id)
        self._head("Done")
        self._say("Try it on your own org: oktascim auth login, oktascim init, oktascim apply.")

    def began(self, name: str, step: str) -> None:
        """Announce a step."""
        self._sent.clear()
        self._say(f"{step} …")

    def ended(self, name: str, step: str, evidence: str) -> None:
        """Print what was sent and what proved it."""
        for line in self._sent:
            self._say(f"    sent    {line}")
        self._say(f"    proved  {evidence}")

    def failed(self, name: str, step: str, reason: str) -> None:
        """Print what was sent and what went wrong."""
        self.ended(name, step, f"nothing: {reason}")

    def _load(self) -> ApplyRequest:
        folder = next(folder for folder in _EXAMPLES if folder.is_dir())
        file = folder / "quickstart.yaml"
        self._head("The spec: examples/quickstart.yaml")
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                self._say(f"  {line}")
        return ApplyRequest(self._session, load_selected(self._session, [file], None))

    async def _test_connection(self, request: ApplyRequest) -> None:
        from oktascim.scim.probe import probe

        (one,) = (loaded.integration for loaded in request.loaded)
        assert one.provisioning is not None
        self._head("connection test: the requests of Okta's credential test")
        report = await probe(one.provisioning.base_url, "2.0", request.secrets.of(one.name).authorization())
        for exchange in report.exchanges:
            self._say(f"    sent    {exchange.method:6} {exchange.url.removeprefix(self._box.scim_base_url or '')}")
        if report.failure:
            raise report.failure
        judged = [verdict.check for verdict in report.verdicts if verdict.passed]
        self._say(f"    judged  {len(judged)} checks passed, including {', '.join(judged[-4:])}")

    async def _plan_and_apply(self, okta: Any, request: ApplyRequest) -> str:
        from oktascim.plan.report import exit_code

        self._head("apply: every write is verified with a fresh read")
        plans, snapshot = await request.make_plans(okta)
        reports = await request.carry_out(okta, plans, snapshot, self)
        for report in reports:
            if report.error:
                raise report.error
            for outcome in report.outcomes:
                self._say(clean(f"    outcome {outcome.name}: {outcome.state} ({outcome.evidence})"))
        if exit_code(reports) is not ExitCode.DONE:
            raise OktascimError("The demo didn't finish as expected.")
        self._head("apply again: nothing to do, so no write is sent")
        self._sent.clear()
        plans, snapshot = await request.make_plans(okta)
        writes = [line for line in self._sent if not line.startswith("GET")]
        steps = sum(len(plan.steps) for plan in plans)
        self._say(f"    steps left: {steps}, writes sent: {len(writes)}, reads sent: {len(self._sent)}")
        return reports[0].app_id or ""

    async def _show_scim_user(self) -> None:
        from oktascim.http.client import HttpClient
        from oktascim.http.clock import Clock
        from oktascim.http.origin import require_safe_origin

        base_url = self._box.scim_base_url or ""
        headers = {"Authorization": f"Bearer {self._box.environment['SCIM_TOKEN']}"}
        self._head("The SCIM server's own list: GET /Users")
        clock = Clock()
        async with HttpClient(require_safe_origin(base_url, "The SCIM base URL"), headers=headers) as http:
            for _ in range(100):
                answer = (await http.exchange(http.build("GET", f"{base_url}/Users"))).json()
                if answer["totalResults"]:
                    break
                await clock.sleep(0.1)
        for user in answer.get("Resources", []):
            name = f"{user['name']['givenName']} {user['name']['familyName']}"
            self._say(clean(f"    {user['userName']}  {name}  active: {user['active']}  id: {user['id']}"))
        if not answer["totalResults"]:
            raise OktascimError("The SCIM server has no user.")

    async def _show_log(self, okta: Any, app_id: str) -> None:
        self._head("The System Log of this app: oktascim logs --app acme-crm")
        query = {"limit": 1000, "filter": f'target.id eq "{app_id}"'}
        events: list[Mapping[str, Any]] = await okta.get("/api/v1/logs", query)
        for event in events:
            who = next((target["alternateId"] for target in event["target"] or [] if target["type"] == "AppUser"), "")
            self._say(
                clean(f"    {event['published'][11:19]}  {event['outcome']['result']:8} {event['eventType']}  {who}")
            )

    def _heard(self, request: Any, response: Any, _seconds: float) -> None:
        self._sent.append(f"{request.method:6} {request.url.path}  {response.status_code}")

    def _head(self, text: str) -> None:
        self._chapter += 1
        output = self._session.output
        number = f"{self._chapter}. {text}"
        output.data_painted("\n" + painted(number, "1"))

    def _say(self, text: str) -> None:
        head = text[:_BELOW] if text.startswith("    ") else ""
        for line in self._session.output.layout.hanging(head, text[len(head) :]):
            self._session.output.data(line)


def keep_running(session: Session, box: Sandbox) -> None:
    """Keep both running until Enter, or Ctrl-C without a terminal; a private file has the settings for both."""
    with tempfile.TemporaryDirectory(prefix="oktascim-demo-") as folder:
        file = Path(folder) / "environment"
        file.touch(mode=0o600)
        file.write_text(
            "".join(f"export {name}={value}\n" for name, value in box.environment.items()), encoding="utf-8"
        )
        session.output.note(f"\nStill running: org {box.org_url}, SCIM {box.scim_base_url}.")
        session.output.note(f"In another terminal: . {file}; then oktascim app list")
        if session.output.interactive:
            session.output.ask("Press Enter to stop. ", otherwise="a terminal")
        else:
            session.run(_until_interrupted)


async def _until_interrupted() -> None:
    await asyncio.Event().wait()
