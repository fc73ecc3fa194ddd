"""A task for every template, and an org of stubs to do it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from oktascim.catalog import find_template
from oktascim.okta.apps import app_from
from oktascim.routes.task import Task
from oktascim.spec.models import Provisioning
from oktascim.spec.secrets import ResolvedCredentials

SECRETS = {"token": "t0ken-s3cret", "username": "okta", "password": "p4ss-s3cret", "client_secret": "cl1ent-s3cret"}


def references(template: str, mode: str | None) -> dict[str, Any]:
    fields = find_template(template).authentication(mode).fields
    return {field: {"env": f"ACME_{field.upper()}"} for field in fields if not field.endswith("_endpoint")} | {
        field: "https://acme.example/oauth" for field in fields if field.endswith("_endpoint")
    }


@pytest.fixture
def make_task() -> Callable[..., Task]:
    """A task whose `secrets` gives sentinel secrets; `mode` is for the wizard's templates."""

    def build(
        okta: Any, template: str = "scim2-header", *, stage: str = "connect", mode: str | None = None, **wanted: Any
    ):
        kind = find_template(template)
        scheme = mode or ("header" if kind.kind == "wizard" else None)
        given = references(template, scheme)
        if scheme:
            given["mode"] = scheme
        provisioning = {"base_url": "https://acme.example/scim/v2", "credentials": given} | wanted
        authentication = kind.authentication(scheme)
        values = {field: SecretStr(SECRETS.get(field, "id")) for field in authentication.fields}
        app = app_from({"id": "0oa1", "name": kind.catalog_key or "acme_acme_1", "label": "Acme"})
        resolve = lambda: ResolvedCredentials(values, authentication)  # noqa: E731
        return Task(okta, app, kind, Provisioning.model_validate(provisioning), stage, resolve)

    return build
