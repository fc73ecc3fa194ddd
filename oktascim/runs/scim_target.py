"""The SCIM server that a command tests: its URL and credential, from references or from a spec."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from oktascim.catalog import find_template
from oktascim.check.run import ServerUnderTest
from oktascim.check.suite import APP_ID, ORG_TOKEN, ORG_URL, Suite
from oktascim.errors import UsageProblem
from oktascim.runs.find_app import find_app
from oktascim.runs.flags import REFERENCES, reference
from oktascim.runs.secrets import SpecSecrets
from oktascim.runs.session import Session
from oktascim.scim.report import ScimVersion
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import ApiTokenSettings
from oktascim.spec.loader import LoadedIntegration, load
from oktascim.spec.provisioning import SecretRef
from oktascim.spec.secrets import resolve
from oktascim.wording import in_words


class GivenCredential(NamedTuple):
    """The credential of a SCIM server as options give it: a reference to a secret in one of three forms."""

    bearer: str | None = None
    header: str | None = None
    basic: str | None = None


def secret_from(session: Session, option: str, where: str) -> str:
    """The secret behind `env:NAME` and the like.

    Raises:
        UsageProblem: it isn't a reference, or refers to nothing.
    """
    sources = session.secret_sources()
    return resolve(SecretRef(**(reference(option, where) or {})), f"The secret of {option}", sources).get_secret_value()


def suite_variables(session: Session, suite: Suite, given: Sequence[str], app: str | None) -> dict[str, str]:
    """The --var variables, and where the suite uses them the org, its API token and the id of an app.

    A value such as `env:NAME` is a reference, which keeps secrets off the command line.

    Raises:
        UsageProblem: a variable has no name, its secret is unavailable, or the suite needs an API token or an app.
        ProtectedOrg: the suite would write to a protected org that the user didn't name.
    """
    found = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not name or not separator:
            raise UsageProblem("--var needs a name and a value.", fix="Use --var NAME=VALUE.")
        is_reference = value.partition(":")[0] in REFERENCES and ":" in value
        found[name] = secret_from(session, f"--var {name}", value) if is_reference else value
    return found | _org_variables(session, suite, found, app)


def _org_variables(session: Session, suite: Suite, given: Mapping[str, str], app: str | None) -> dict[str, str]:
    names = {ORG_URL, ORG_TOKEN}
    if not names & suite.names:
        return {}
    if names & given.keys():
        raise UsageProblem(
            f"{in_words(sorted(names & given.keys()))} can't be set with --var.",
            why="A suite writes to the org that oktascim itself uses.",
            fix="Use --profile, or set OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN.",
        )
    org = session.org()
    if not isinstance(org.credential, ApiTokenSettings):
        raise UsageProblem(
            f"{suite.name} needs an API token.",
            why="Its steps send one to Okta; this org is used through a service app.",
            fix="Set OKTA_CLIENT_TOKEN, or use a --profile with an API token.",
        )
    session.confirm_org()
    variables = {ORG_URL: org.url.value, ORG_TOKEN: org.credential.token.get_secret_value()}
    if APP_ID in suite.names - given.keys():
        if app is None:
            raise UsageProblem(f"{suite.name} tests an app in Okta.", fix="Use --app with its label, name or id.")
        variables[APP_ID] = session.run(lambda: _app_id(session, app))
    return variables


async def _app_id(session: Session, word: str) -> str:
    async with session.okta() as okta:
        return (await find_app(okta, word)).id


def target_by_flags(session: Session, url: str, version: ScimVersion, credential: GivenCredential) -> ServerUnderTest:
    """A target from a URL and one credential.

    Raises:
        UsageProblem: there is no credential, or more than one.
    """
    bearer, header, basic = credential
    if sum(one is not None for one in credential) != 1:
        raise UsageProblem(
            "Specify one credential for the SCIM server.",
            fix="Use --bearer env:NAME, --header env:NAME, --basic USER:env:NAME, or --spec FILE.",
        )
    if bearer:
        value = f"Bearer {secret_from(session, '--bearer', bearer)}"
    elif header:
        value = secret_from(session, "--header", header)
    else:
        value = _basic(session, basic or "")
    return ServerUnderTest(url, version, SecretStr(value))


def target_of_spec(session: Session, spec: Path, word: str | None) -> ServerUnderTest:
    """The target of an integration in a spec.

    Raises:
        UsageProblem: the spec doesn't have exactly one such integration, or its secret is unavailable.
    """
    one = integration_of(session, spec, word)
    provisioning = one.integration.provisioning
    assert provisioning is not None
    authorization = SpecSecrets(session, (one,)).of(one.integration.key).authorization()
    return ServerUnderTest(provisioning.base_url, find_template(one.integration.template).scim_version, authorization)


def integration_of(session: Session, spec: Path, word: str | None) -> LoadedIntegration:
    """The spec's integration with provisioning, by name or label. Raises UsageProblem unless exactly one matches."""
    loaded = [one for one in load([spec], session.spec_environ) if one.integration.provisioning]
    meant = [one for one in loaded if word in {None, one.integration.key, one.integration.name, one.integration.label}]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(one.integration.key for one in loaded)
    if meant:
        raise UsageProblem(
            f"{spec} has several integrations with provisioning.", fix=f"Choose one with --app: {names}."
        )
    called = "" if word is None else f" {word}"
    raise UsageProblem(
        f"{spec} has no integration{called} with provisioning.", fix=f"It has: {names}." if names else None
    )


def _basic(session: Session, text: str) -> str:
    user, separator, where = text.partition(":")
    if not user or not separator:
        raise UsageProblem("--basic needs a user name and a reference.", fix="Use --basic USER:env:NAME.")
    password = secret_from(session, "--basic", where)
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    session.masker.add(encoded)
    return f"Basic {encoded}"
