"""Operations of Okta's Management API that the emulator lacks, as data; it answers them with 501.

Each line has methods (none means all) and a path, in which `*` matches one segment, and a final `/**` matches the path
and everything below. The paths are those of Okta's API description of 2026.
"""

from __future__ import annotations

import re
from functools import cache

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.errors import NotEmulated

LINES = """
/api/v1/agentPools/**
PUT /api/v1/api-tokens/*
GET /api/v1/apps/*/connections/default/jwks
POST /api/v1/apps/*/credentials/csrs/*/lifecycle/publish
/api/v1/apps/*/credentials/jwks/**
/api/v1/apps/*/cwo/**
/api/v1/apps/*/federated-claims/**
/api/v1/apps/*/interclient-allowed-apps/**
/api/v1/apps/*/interclient-target-apps/**
POST /api/v1/apps/*/logo
/api/v1/apps/*/tokens/**
/api/v1/apps/*/*/oauth2/callback
/api/v1/authenticators/**
/api/v1/authorizationServers/**
/api/v1/behaviors/**
/api/v1/brands/**
/api/v1/captchas/**
/api/v1/device-assurances/**
/api/v1/device-integrations/**
/api/v1/device-posture-checks/**
/api/v1/devices/**
/api/v1/directories/**
/api/v1/domains/**
/api/v1/email-domains/**
/api/v1/email-servers/**
/api/v1/eventHooks/**
/api/v1/features/**
/api/v1/first-party-app-settings/**
/api/v1/groups/*/owners/**
/api/v1/groups/*/roles/*/targets/catalog/**
/api/v1/hook-keys/**
/api/v1/iam/**
/api/v1/identity-sources/**
/api/v1/idps/**
/api/v1/inlineHooks/**
/api/v1/logStreams/**
/api/v1/meta/layouts/**
/api/v1/meta/schemas/logStream/**
/api/v1/meta/schemas/user/linkedObjects/**
/api/v1/meta/uischemas/**
/api/v1/org/captcha
/api/v1/org/email/**
/api/v1/org/factors/**
POST /api/v1/org/logo
/api/v1/org/orgSettings/**
/api/v1/org/privacy/aerial/**
/api/v1/org/privacy/oktaSupport/cases/**
/api/v1/org/settings/**
/api/v1/orgs/**
POST /api/v1/policies
POST /api/v1/policies/simulate
PUT,DELETE /api/v1/policies/*
/api/v1/policies/*/app
/api/v1/policies/*/clone
/api/v1/policies/*/lifecycle/**
/api/v1/policies/*/mappings/**
POST /api/v1/policies/*/rules
PUT,DELETE /api/v1/policies/*/rules/*
/api/v1/policies/*/rules/*/lifecycle/**
/api/v1/principal-rate-limits/**
/api/v1/push-providers/**
/api/v1/rate-limit-settings/**
/api/v1/realm-assignments/**
/api/v1/realms/**
/api/v1/roles/**
/api/v1/security-events-providers/**
/api/v1/sessions/**
/api/v1/ssf/**
/api/v1/templates/**
/api/v1/threats/**
/api/v1/trustedOrigins/**
/api/v1/users/*/authenticator-enrollments/**
/api/v1/users/*/blocks
/api/v1/users/*/classification
/api/v1/users/*/clients/*/grants
/api/v1/users/*/clients/*/tokens/**
/api/v1/users/*/devices
/api/v1/users/*/factors/**
/api/v1/users/*/grants/*
/api/v1/users/*/linkedObjects/**
/api/v1/users/*/risk
/api/v1/users/*/roles/*/governance/**
/api/v1/users/*/roles/*/targets
/api/v1/users/*/roles/*/targets/catalog/**
/api/v1/users/*/subscriptions/**
/api/v1/zones/**
/attack-protection/api/v1/**
/governance/api/v1/**
/integrations/api/v1/**
/oauth2/v1/clients/**
/okta-personal-settings/api/v1/**
/privileged-access/api/v1/**
/security/api/v1/**
/webauthn-registration/api/v1/**
"""


def is_oktas(method: str, path: str) -> bool:
    """Whether an operation exists in Okta but isn't emulated."""
    return any(
        pattern.fullmatch(path) is not None and (not methods or method in methods) for methods, pattern in _operations()
    )


def refuse(call: Call) -> Answer:
    """The handler of paths that another endpoint's parameter would match, such as `schemas/user/{id}`."""
    raise NotEmulated(call.path)


@cache
def _operations() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple(_operation(line) for line in LINES.split("\n") if line)


def _operation(line: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    methods, _, path = line.rpartition(" ")
    pattern = re.escape(path).replace(r"/\*\*", "(/.*)?").replace(r"\*", "[^/]+")
    return tuple(methods.split(",")) if methods else (), re.compile(pattern)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/meta/schemas/user/linkedObjects", refuse),
    Endpoint("POST", "/api/v1/meta/schemas/user/linkedObjects", refuse),
)
