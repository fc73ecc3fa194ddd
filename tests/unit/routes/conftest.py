"""A task and secrets for every template, and an org of stubs to do it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oktascim.catalog import find_template
from oktascim.okta.apps import app_from
from oktascim.routes.task import Task
from oktascim.secret_text import SecretStr
from oktascim.spec.provisioning import Provisioning
from oktascim.spec.secrets import ResolvedCredentials

SECRETS = {"token": "t0ken-s3cret", "username": "okta", "password": "p4ss-s3cret", "client_secret": "cl1ent-s3cret"}


def references(template: str, mode: str | None) -> dict[str, Any]:
    fields = find_template(template).authentication(mode).fields
    return {field: {"env": f"ACME_{field.upper()}"} for field in fields if not field.endswith("_endpoint")} | {
        field: "https://acme.example/oauth" for field in fields if field.endswith("_endpoint")
    }


def scheme_of(template: str, mode: str | None) -> str | None:
    return mode or ("header" if find_template(template).kind == "wizard" else None)


@pytest.fixture
def make_secrets() -> Callable[..., Callable[[], ResolvedCredentials]]:
    """Fetches sentinel secrets; `mode` is for the wizard's templates."""

    def build(template: str = "scim2-header", *, mode: str | None = None) -> Callable[[], ResolvedCredentials]:
        authentication = find_template(template).authentication(scheme_of(template, mode))
        values = {field: SecretStr(SECRETS.get(field, "id")) for field in authentication.fields}
        return lambda: ResolvedCredentials(values, authentication)

    return build


@pytest.fixture
def make_task() -> Callable[..., Task]:
    """A task; `mode` is for the wizard's templates."""

    def build(
        template: str = "scim2-header",
        *,
        stage: str = "connect",
        mode: str | None = None,
        needs_witness: bool = False,
        **wanted: Any,
    ) -> Task:
        kind = find_template(template)
        scheme = scheme_of(template, mode)
        given = references(template, scheme)
        if scheme:
            given["mode"] = scheme
        provisioning = {"base_url": "https://acme.example/scim/v2", "credentials": given} | wanted
        app = app_from({"id": "0oa1", "name": kind.catalog_key or "acme_acme_1", "label": "Acme"})
        return Task(app, kind, Provisioning.model_validate(provisioning), stage, "acme", needs_witness)

    return build
