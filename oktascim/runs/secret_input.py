"""Secrets that a person types at a prompt or passes in a file or on standard input; no option takes one."""

from __future__ import annotations

from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.files import SECRET_BYTES, STDIN, read_bounded, read_file, require_private, standard_input
from oktascim.render.streams import Output
from oktascim.secret_text import SecretStr
from oktascim.settings.values import Setting


def api_token(output: Output, *, from_stdin: bool) -> Setting[SecretStr]:
    """An API token: the first line of standard input, without waiting for its end, or the answer to a prompt.

    Raises:
        UsageProblem: prompts aren't possible, or the line isn't text.
    """
    if from_stdin:
        line = read_bounded(standard_input().readline, SECRET_BYTES, "The first line of standard input")
        text = _text(line, "Standard input", fix="Pass only the token.").rstrip("\r\n")
        return Setting(SecretStr(text), "--token-stdin")
    if not output.interactive:
        raise UsageProblem(
            "Can't prompt for the API token: not an interactive terminal.",
            fix="Pass it on standard input: oktascim auth login --token-stdin < token.txt",
        )
    return Setting(SecretStr(output.ask_hidden("API token (not shown): ")), "the prompt")


def private_key_in(file: Path) -> SecretStr:
    """A private key in a file that only its owner can read, or on standard input.

    Raises:
        UsageProblem: it can't be read, others can read it, or it isn't text.
    """
    fix = "Use a key in PEM or JWK."
    if str(file) == STDIN:
        content = read_bounded(standard_input().read, SECRET_BYTES, "Standard input")
        return SecretStr(_text(content, "Standard input", fix=fix))
    content = read_file(file, SECRET_BYTES)
    require_private(file)
    return SecretStr(_text(content, str(file), fix=fix))


def spec_secret(output: Output, name: str) -> SecretStr:
    """A secret for `{keyring: NAME}` in a spec: the answer to a prompt, or standard input.

    Raises:
        UsageProblem: standard input is a terminal in CI, or what it has isn't text.
    """
    if output.interactive:
        return SecretStr(output.ask_hidden(f"{name} (not shown): "))
    stream = standard_input()
    if stream.isatty():
        raise UsageProblem(
            f"Can't prompt for {name}: CI is set.",
            fix=f"Pass it on standard input: oktascim auth secret set {name} < secret.txt",
        )
    content = read_bounded(stream.read, SECRET_BYTES, "Standard input")
    text = _text(content, "Standard input", fix="Pass only the secret.")
    return SecretStr(text.removesuffix("\n").removesuffix("\r"))


def _text(content: bytes, source: str, *, fix: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"{source} isn't UTF-8 text.", fix=fix) from None
