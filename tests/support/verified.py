"""An app whose provisioning is on, and `oktascim verify` on a SCIM server behind the emulated org."""

from __future__ import annotations

import re
from typing import Any

from tests.support.emulated import TO_APP
from tests.support.world import SCIM_TOKEN, Result, World


def connected_app(world: World, label: str, base_url: str = "", token: str = SCIM_TOKEN) -> Any:
    """An app whose provisioning is on, by default with the world's own SCIM server."""
    app = world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": label, "signOnMode": "AUTO_LOGIN"})
    own = f"/api/v1/apps/{app['id']}"
    body = {"baseUrl": base_url or world.scim_url, "profile": {"authScheme": "TOKEN", "token": token}}
    world.okta("POST", f"{own}/connections/default", body)
    world.okta("POST", f"{own}/connections/default/lifecycle/activate")
    world.okta("PUT", f"{own}/features/USER_PROVISIONING", TO_APP)
    return app


def verify_server(world: World, label: str, base_url: str, token: str) -> Result:
    """Verify a template app that is connected with a server."""
    app = connected_app(world, label, base_url, token)
    words = ("verify", app["id"], "--bearer", "env:SCIM_TOKEN", "--wait", "10", "-o", "json")
    return world.oktascim(*words, SCIM_TOKEN=token)


def failed_steps(result: Result) -> dict[str, str]:
    """What failed, with what was seen; what differs from run to run is replaced."""
    report = result.json
    failed = [step for step in report["steps"] if step["state"] == "failed"]
    return {step["id"]: _steady(step, report["run_id"]) for step in failed}


def _steady(step: Any, run_id: str) -> str:
    scim = step["sides"].get("scim", {})
    seen = f" Seen: {scim['words']}." if scim.get("answer") == "disagrees" else ""
    said = re.sub(run_id, "verify-…", step["detail"] + seen, flags=re.IGNORECASE)
    return re.sub(r"[\w-]{16,}(?=[;.,\s]|$)|(?<=expected )\d[\d, ]*", "…", said)
