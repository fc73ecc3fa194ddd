"""The environment of child processes, without our secrets.

A browser, its driver, the desktop's opener and a clipboard tool get an environment built from an allow-list, because
they need no secrets. A `command:` reference in a spec runs the user's own program, which may need any variable (such as
its own VAULT_TOKEN), so only oktascim's own secrets are removed there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

_OURS = re.compile(
    r"OKTA_CLIENT_(TOKEN|PRIVATEKEY)|OKTASCIM_\w*(PASSWORD|PASSPHRASE|SECRET|TOKEN)(_FROM)?", re.IGNORECASE
)
_DESKTOP = re.compile(
    r"PATH|PATHEXT|HOME|USER|USERNAME|LOGNAME|SHELL|PWD|LANG|LANGUAGE|LC_\w+|TZ|TERM|TMPDIR|TMP|TEMP"
    r"|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|GDMSESSION|BROWSER"
    r"|(GNOME|KDE|QT|GTK|GDK|FONTCONFIG|PLAYWRIGHT|CHROME|MESA|LIBGL|WSL)_\w+|WSLENV|LD_LIBRARY_PATH|PYTHON\w+|VIRTUAL_ENV"
    r"|(HTTPS?|ALL|NO|FTP)_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS"
    r"|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES\S*|COMMONPROGRAMFILES\S*"
    r"|USERPROFILE|USERDOMAIN|HOMEDRIVE|HOMEPATH|PUBLIC|ALLUSERSPROFILE|OS|NUMBER_OF_PROCESSORS|PROCESSOR_\w+",
    re.IGNORECASE,
)


def is_ours(name: str) -> bool:
    """Whether an environment variable holds a secret for oktascim itself: the org's token, the console's password."""
    return _OURS.fullmatch(name) is not None


def desktop_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a browser or a clipboard tool needs, by an allow-list."""
    return {name: value for name, value in environ.items() if _DESKTOP.fullmatch(name)}


def command_environment(environ: Mapping[str, str], withheld: Collection[str]) -> dict[str, str]:
    """The environment for a program of the user.

    Args:
        environ: all variables.
        withheld: the names of variables that hold other secrets of this run.
    """
    return {name: value for name, value in environ.items() if not is_ours(name) and name not in withheld}


@contextmanager
def desktop_children() -> Iterator[None]:
    """Give `desktop_environment` to child processes started in this block, for libraries that have no option for it."""
    left_out = os.environ.keys() - desktop_environment(os.environ).keys()
    kept = {name: os.environ.pop(name) for name in left_out}
    try:
        yield
    finally:
        os.environ.update(kept)
