"""Attacks on secrets: servers that repeat them, lead elsewhere, or wait for a token that was made for another org."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import chdir
from http.server import BaseHTTPRequestHandler
from itertools import product
from pathlib import Path
from urllib.parse import quote

from tests.attack.lab import Lab, answer, in_words, listening
from tests.support.disguises import FORMS, INSERTED, disguise
from tests.support.world import SPEC, Result

SECRET = "00aB/c+d=e&f~g-h_i.jKLMN%op"
_LOUDNESS = ((), ("-v",), ("-vv",))
_TOKEN_FORMS = [form for form in FORMS if form != "base64, Basic"]  # base64 of base64, of a pair that no token has
_ASSERTIONS = re.compile(r"client_assertion=([\w.-]+)")
_MOST_REQUESTS = 12
_REDIRECTS = (301, 302, 303, 307, 308)


def _leaked(result: Result, *secrets: str) -> str:
    shown = result.stdout + result.stderr
    return next((f"{secret[:6]}… in {shown[:400]!r}" for secret in secrets if secret in shown), "")


def echoes(lab: Lab) -> Iterator[str]:
    """A SCIM server refuses and repeats the credential, in every form, at every verbosity, in every format."""
    form, inserted = "bare", "nothing"

    def repeat(handler: BaseHTTPRequestHandler) -> None:
        said = disguise(SECRET, form, inserted)
        body = json.dumps({"detail": f"bad credential {said}", "status": "401"}, ensure_ascii=False).encode()
        answer(handler, 401, body, Content_Type="application/scim+json", X_Echo=quote(said, safe="%"))

    basic = SPEC.replace("scim2-oauth", "scim2-basic").replace("{token:", "{username: okta, password:")
    specs = {"token": lab.world.spec(name="token.yaml"), "basic": lab.world.spec(basic, name="basic.yaml")}
    with listening(repeat) as server:
        environment = {"SCIM_BASE_URL": f"{server.url}/scim", "SCIM_TOKEN": SECRET}
        for form, inserted in product(FORMS, ("nothing", *list(INSERTED)[1:3])):
            spec = specs["basic" if "Basic" in form or "password" in form else "token"]
            for output, loud in product(("table", "json", "yaml"), _LOUDNESS):
                result = lab.world.oktascim("connection", "test", "--spec", spec, "-o", output, *loud, **environment)
                said = disguise(SECRET, form, inserted)
                clear = json.dumps(said, ensure_ascii=False)[1:-1]
                yield in_words(result) or _leaked(result, SECRET, said, clear)


def org_echoes(lab: Lab) -> Iterator[str]:
    """An org refuses the token and repeats it in its error, its headers and its cause."""
    form = "bare"

    def repeat(handler: BaseHTTPRequestHandler) -> None:
        said = disguise(SECRET, form)
        error = {
            "errorCode": "E0000011",
            "errorSummary": said,
            "errorId": said,
            "errorCauses": [{"errorSummary": said}],
        }
        answer(handler, 401, json.dumps(error).encode(), X_Okta_Request_Id=quote(said, safe="%"))

    with listening(repeat) as org:
        environment = {"OKTA_CLIENT_ORGURL": org.url, "OKTA_CLIENT_TOKEN": SECRET}
        commands = (("app", "list"), ("auth", "status"), ("doctor", "-o", "json"), ("logs", "-o", "json"))
        for form, command, loud in product(_TOKEN_FORMS, commands, _LOUDNESS):
            result = lab.world.oktascim(*command, *loud, **environment)
            yield in_words(result) or _leaked(result, SECRET, disguise(SECRET, form))


def redirects(lab: Lab) -> Iterator[str]:
    """An org and a SCIM server redirect to another host."""
    with listening(lambda handler: answer(handler, 200, b"[]")) as thief:
        host = thief.url.removeprefix("http://")
        places = (thief.url, f"//{host}/", f"http://127.0.0.1@{host}/", f"http://localhost:{host.rpartition(':')[2]}/",
                  f"{thief.url}/api/v1/apps", f"http:/\\{host}/")  # fmt: skip
        status, place = 301, ""
        with listening(lambda handler: answer(handler, status, Location=place)) as server:
            okta = {"OKTA_CLIENT_ORGURL": server.url, "OKTA_CLIENT_TOKEN": SECRET}
            scim = {"SCIM_BASE_URL": f"{server.url}/scim", "SCIM_TOKEN": SECRET}
            spec = lab.world.spec(name="redirect.yaml")
            for status, place in product(_REDIRECTS, places):  # noqa: B007 (read by the server)
                for command, environment in (
                    (("app", "list"), okta),
                    (("logs", "-o", "jsonl"), okta),
                    (("connection", "test", "--spec", spec), scim),
                ):
                    result = lab.world.oktascim(*command, **environment)
                    yield in_words(result) or ("the token went to another host" if SECRET in thief.heard else "")


def links(lab: Lab) -> Iterator[str]:
    """An org's next link points to another host, in a circle, or on for ever."""
    count, link = 0, ""

    def page(handler: BaseHTTPRequestHandler) -> None:
        nonlocal count
        count += 1
        answer(handler, 200, b"[]", Link=link.replace("COUNT", str(count)))

    with listening(lambda handler: answer(handler, 200, b"[]")) as thief, listening(page) as org:
        host = thief.url.removeprefix("http://")
        targets = (f"{thief.url}/api/v1/apps", f"//{host}/api/v1/apps", f"http://127.0.0.1@{host}/", "?after=COUNT",
                   "/api/v1/apps?limit=200", f"{org.url}/api/v1/apps?after=COUNT", "", ".", "http://[x", "mailto:x",
                   "javascript:1", f"https://{host}/", "http://127.0.0.1:99999/", "/x" * 3000)  # fmt: skip
        environment = {"OKTA_CLIENT_ORGURL": org.url, "OKTA_CLIENT_TOKEN": SECRET}
        forms = ("<{}>; rel=next", '<{}>; rel="next"', '<{}>; rel="self", <{}>; rel="next"', '<{}>;rel=next;x="<"')
        for form, target in product(forms, targets):
            link, count = form.replace("{}", target), 0
            for command in (("app", "list"), ("logs", "-o", "jsonl", "--since", "1h")):
                result = lab.world.oktascim(*command, "--timeout", "5", **environment)
                broken = "the token went to another host" if SECRET in thief.heard else ""
                yield in_words(result) or broken or (f"{count} requests for {link}" if count > 300 else "")


def foreign_files(lab: Lab) -> Iterator[str]:
    """A cloned folder has an okta.yaml with an org of the attacker; the token is from somewhere else."""
    commands = (("app", "list"), ("plan", "spec.yaml"), ("apply", "spec.yaml", "--yes"), ("logs",), ("auth", "status"),
                ("doctor",), ("app", "show", "x"), ("export", "x"), ("destroy", "--app", "x", "--yes"))  # fmt: skip
    clone, home = lab.world.folder / "clone", lab.world.folder / "home"
    (home / ".okta").mkdir(parents=True, exist_ok=True)
    clone.mkdir(exist_ok=True)
    (clone / "spec.yaml").write_text(SPEC, encoding="utf-8")
    with listening(lambda handler: answer(handler, 200, b"[]")) as thief:
        okta_yaml = f"okta:\n  client:\n    orgUrl: {thief.url}\n"
        (clone / "okta.yaml").write_text(okta_yaml, encoding="utf-8")
        stolen = home / "key.pem"
        stolen.write_text(_key(), encoding="utf-8")
        stolen.chmod(0o600)
        theirs = f"{okta_yaml}    authorizationMode: PrivateKey\n    clientId: 0oa1\n    privateKey: {stolen}\n"
        theirs += "    audience: https://acme.okta.com/oauth2/v1/token\n"
        (clone / "okta.yaml").chmod(0o600)
        places = ("environment", "~/.okta/okta.yaml", "OAuth key", "OAuth key named by the clone")
        for place, command in product(places, commands):
            named = place == "OAuth key named by the clone"
            (clone / "okta.yaml").write_text(theirs if named else okta_yaml, encoding="utf-8")
            environment = {"OKTA_CLIENT_ORGURL": "", "OKTA_CLIENT_TOKEN": "", "HOME": str(home)}
            stored = home / ".okta" / "okta.yaml"
            stored.unlink(missing_ok=True)
            if place == "environment":
                environment["OKTA_CLIENT_TOKEN"] = SECRET
            elif named:
                environment["OKTASCIM_KEYRING"] = "off"
            elif place == "OAuth key":
                environment |= {"OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey", "OKTA_CLIENT_CLIENTID": "0oa1",
                                "OKTA_CLIENT_SCOPES": "okta.apps.read", "OKTA_CLIENT_PRIVATEKEY": _key()}  # fmt: skip
            else:
                stored.write_text(f"okta:\n  client:\n    token: {SECRET}\n", encoding="utf-8")
                stored.chmod(0o600)
            with _at_home(home), chdir(clone):
                result = lab.world.oktascim(*command, **environment)
            heard = thief.heard
            yield in_words(result) or ("a secret was sent" if SECRET in heard or "assertion" in heard else "")


def token_endpoints(lab: Lab) -> Iterator[str]:
    """A token endpoint redirects, repeats the assertion, floods, and gives nonces or useless tokens without end."""
    count, misdeed = 0, ""

    def repeated(handler: BaseHTTPRequestHandler) -> str:
        return _ASSERTIONS.findall(org.heard)[-1] if handler.command == "POST" else ""

    def misbehave(handler: BaseHTTPRequestHandler) -> None:
        nonlocal count
        count += 1
        proof = handler.headers.get("DPoP") or ""
        if handler.command == "GET":  # the API refuses every token, and wants a nonce
            answer(handler, 401, b"{}", DPoP_Nonce=f"n{count}", WWW_Authenticate='DPoP error="use_dpop_nonce"')
        elif misdeed.startswith("redirect"):
            answer(handler, int(misdeed.split()[1]), Location=f"{thief.url}/oauth2/v1/token")
        elif misdeed == "link":
            answer(handler, 200, b"[]", Link=f'<{thief.url}/oauth2/v1/token>; rel="next"')
        elif misdeed == "nonces":
            answer(handler, 400, b'{"error": "use_dpop_nonce"}', DPoP_Nonce=f"n{count}")
        elif misdeed == "echo":
            said = {"error": "invalid_client", "error_description": f"bad {repeated(handler)} {proof}"}
            answer(handler, 401, json.dumps(said).encode(), X_Echo=repeated(handler))
        elif misdeed == "flood":
            answer(handler, 200, b'{"access_token": "' + b"x" * 8_000_000 + b'"}')
        else:
            answer(handler, 200, misdeed.encode())

    token = '{"access_token": "at-sentinel-1", "token_type": "%s", "expires_in": %s}'
    answers = [token % pair for pair in product(("Bearer", "DPoP"), (3600, 0, -1, "1e308", 10**400, "true", "null"))]
    key = _key()
    with listening(lambda handler: answer(handler, 200, b"{}")) as thief, listening(misbehave) as org:
        own = {"OKTA_CLIENT_ORGURL": org.url, "OKTA_CLIENT_TOKEN": "", "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
               "OKTA_CLIENT_CLIENTID": "0oa1", "OKTA_CLIENT_PRIVATEKEY": key}  # fmt: skip
        misdeeds = (*(f"redirect {status}" for status in _REDIRECTS), "link", "nonces", "echo", "flood", *answers)
        for misdeed, dpop, loud in product(misdeeds, ("true", "false"), _LOUDNESS):
            count, org.heard = 0, ""
            result = lab.world.oktascim("app", "list", *loud, **own, OKTA_CLIENT_DPOPENABLED=dpop)
            signed = [*_ASSERTIONS.findall(org.heard), "at-sentinel-1", key.splitlines()[1]]
            yield (
                in_words(result)
                or _leaked(result, *signed)
                or ("something was sent to another host" if thief.heard else "")
                or (f"{count} requests after {misdeed[:60]}" if count > _MOST_REQUESTS else "")
            )


class _at_home:  # noqa: N801 (reads like `chdir`)
    """HOME is another folder for the block."""

    def __init__(self, home: Path) -> None:
        self._home, self._before = home, os.environ.get("HOME", "")

    def __enter__(self) -> None:
        os.environ["HOME"] = str(self._home)

    def __exit__(self, *_: object) -> None:
        os.environ["HOME"] = self._before


def _key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()
