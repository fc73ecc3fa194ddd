"""The input of the rules: a parsed message and its event, without the names that make every message unique.

Messages that differ only in a user, a group or an id have the same symptom, so they are matched once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from oktascim.diagnose.event import NO_DETAIL
from oktascim.diagnose.message import ParsedMessage
from oktascim.lazy_pattern import LazyPattern

_PROVISION = "application.provision."
_INTEGRATION = "application.integration."

ACTION_OF_EVENT: dict[str, str] = {
    f"{_PROVISION}user.verify_exists": "find_user",
    f"{_PROVISION}user.push": "create_user",
    f"{_PROVISION}user.push_profile": "update_user",
    f"{_PROVISION}user.deactivate": "deactivate_user",
    f"{_PROVISION}user.deprovision": "deactivate_user",
    f"{_PROVISION}user.reactivate": "reactivate_user",
    f"{_PROVISION}user.activate": "activate_user",
    f"{_PROVISION}user.password": "set_password",
    f"{_PROVISION}user.push_password": "set_password",
    f"{_PROVISION}user.push_okta_password": "set_password",
    f"{_PROVISION}user.import_profile": "import_user",
    f"{_PROVISION}user.import": "import_users",
    f"{_PROVISION}user.sync": "sync_user",
    f"{_PROVISION}group.verify_exists": "find_group",
    f"{_PROVISION}group.add": "create_group",
    f"{_PROVISION}group.update": "update_group",
    f"{_PROVISION}group.remove": "delete_group",
    f"{_PROVISION}group.import": "import_groups",
    f"{_PROVISION}group_membership.add": "add_members",
    f"{_PROVISION}group_membership.remove": "remove_members",
    f"{_PROVISION}group_membership.update": "set_members",
    f"{_PROVISION}group_membership.import": "import_members",
    f"{_PROVISION}group_push.mapping.update.or.delete.failed": "push_group",
    f"{_PROVISION}group_push.mapping.update.or.delete.failed.with.error": "push_group",
    f"{_PROVISION}group_push.mapping.app.group.renamed.failed": "update_group",
    f"{_INTEGRATION}authentication_failure": "authenticate",
    f"{_INTEGRATION}rate_limit_exceeded": "rate_limit",
    f"{_INTEGRATION}general_failure": "api",
    f"{_INTEGRATION}api_query": "api",
    "application.configuration.update": "authenticate",
    "app.app_instance.provision_sync_job.failed": "sync_user",
}
"""What Okta was doing when it logged a failure of this type (OB-181, OB-331)."""

_ACTIONS_ABOUT = {
    "connection": ("authenticate", "get_token", "refresh_token"),
    "user": (
        *("find_user", "create_user", "update_user", "deactivate_user", "reactivate_user", "activate_user"),
        *("set_password", "sync_user"),
    ),
    "group": ("find_group", "create_group", "update_group", "delete_group", "push_group"),
    "membership": ("add_members", "remove_members", "set_members"),
    "import": ("import_user", "import_users", "import_groups", "import_members"),
}
ABOUT_OF_ACTION = {action: about for about, actions in _ACTIONS_ABOUT.items() for action in actions}
"""What an action is about; most rules ask for this rather than for the action."""

ABOUTS = frozenset({*_ACTIONS_ABOUT, "elsewhere"})
ACTION_NAMES = frozenset({*ABOUT_OF_ACTION, *ACTION_OF_EVENT.values()})

_ABOUT_OF_OPERATION = {
    "provisioning": "user",
    "profile push": "user",
    "deprovisioning": "user",
    "group push": "group",
}
_ACTION_OF_OPERATION = {"group push": "push_group", "deprovisioning": "deactivate_user"}
"""The action of a frame that names none; the other frames can stand for several actions."""
_ABOUT_OF_WORDS = (
    ("membership", re.compile(r"\bmembership|\b(?:one or more|some|all|several) (?:of the )?members\b|\bmembers\[")),
    ("membership", re.compile(r"\bmembers?\b.{0,60}\bgroup|\bgroups?\b.{0,60}\bmembers?\b")),
    ("group", re.compile(r"/groups\b|\b(?:user)?groups?\b|\b(?:teams?|squads?|distribution lists?)\b")),
    ("user", re.compile(r"/users\b|\busers?\b|\baccounts?\b|\busername\b|\bemail\b|\bmembers?\b")),
)
_ABOUT_OF_EVENT = re.compile(r"application\.provision\.(?P<about>user|group_membership|group)")
_PROVISIONING_EVENT = re.compile(
    r"application\.(provision|integration|configuration|lifecycle|user_membership)\.|group\.application_assignment\."
    r"|app\.(user_management|app_instance|realtimesync|generic|api|office365)\.|system\.(import|org|operation)\."
)
"""Event types that can report provisioning (OB-179); a failed sign-in, for example, doesn't."""
_BREAKS_A_URL = re.compile(r"[/\\?#%]")

_STATUSES_WITHOUT_A_CAUSE = frozenset({400, 422})
_EMPTY_WORDS = (
    *(
        "http",
        "errors?",
        "exception",
        "status",
        "code",
        "bad[ _]?request(?:exception)?",
        "unprocessable (?:entity|content)",
    ),
    *(
        "(?:request|data|input|body) (?:is|was) (?:invalid|not valid)",
        "invalid (?:user )?(?:request|data|input)(?: format)?",
    ),
    *("response", "request", "returned", "received", "the", "this", "an?", "while", "when", "for", "to", "with"),
    *(
        "we",
        "were",
        "please",
        "something went wrong",
        "contact (?:your )?(?:support|administrator|admin)",
        "try again(?: later)?",
    ),
    *(
        "(?:this|that) (?:entry|item|record|request)",
        "(?:was|were|be) (?:processed|handled|completed|fulfilled)",
        "ref(?:erence)?(?: ?(?:id|no|number))?",
        "operations?",
        "see",
        "sorry",
        "nothing (?:else|more)",
        "get in touch",
        "(?:your|our|the) (?:account |support |admin )?team",
        "(?:do|did|process|complete) (?:that|this|it)",
        "rejected",
        "refused",
        "body(?: of length)?",
        "(?:an? )?scim",
        "type|report|message|description|http status",
        "the server (?:cannot|can not|could not) or will not process .{0,160}client error.{0,120}",
        "(?:empty|null|none|detail|content-length)",
        "not (?:kept|logged|shown|recorded)",
        r"[\da-f]{4,32}",
    ),
    *("failed", "failed to", "failure", "unable to", "(?:could|can|did)(?: ?not|n't)(?: be)?", "occurred"),
    *("(?:creat|updat|sav|process|provision)(?:e|ing|ed)?", "user", "account", "group", "resource"),
)
_ADDS_NOTHING = LazyPattern(rf"(?:\W|\d|\b(?:{'|'.join(_EMPTY_WORDS)})\b)+")
"""Words that only repeat the operation and the status."""
_INNER_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])_(?=[A-Za-z])")
_SENTENCE_END = re.compile(r"(?<=[\w)\"'][.?]) +(?=[\w\"'])")
_PARTICULARS = re.compile(
    r"(?P<email>[\w.+%-]{1,80}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,8})"
    r"|(?P<uuid>\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b)"
    r"|(?P<okta>\b0[0o][a-z][a-z0-9]{13,17}\b)"
    r"|(?P<address>\b\d{1,3}(?:\.\d{1,3}){3}\b)"
    r"|(?P<number>\b\d{5,}\b)"
)
_STAND_INS = {"email": "@email", "uuid": "#id", "okta": "#id", "address": "#ip", "number": "#id"}


@dataclass(frozen=True, slots=True)
class Symptom:
    """One kind of failure, hashable.

    Attributes:
        text: the innermost words in lower case, a sentence a line, so that no `.` of a pattern reaches into the next;
            e-mail addresses, ids and IP addresses are replaced by @email, #id and #ip.
        action: what Okta was doing, from the text, else from the event type.
        about: "connection", "user", "group", "membership", "import", or "elsewhere" outside provisioning.
        status, body, scim_type, okta_code: as in `ParsedMessage`.
        event: the event type, or None for a text without an event.
        odd_subject: the user or group name contains characters with a meaning in a URL.
        is_cut: the text ends in the middle.
        sent: the request of an exchange, in the same form as `text`.
        seen: as in `ParsedMessage`.
    """

    text: str = ""
    action: str | None = None
    about: str | None = None
    status: int | None = None
    body: str | None = None
    scim_type: str | None = None
    okta_code: str | None = None
    event: str | None = None
    odd_subject: bool = False
    is_cut: bool = False
    sent: str = ""
    seen: frozenset[str] = frozenset()

    @property
    def says_nothing(self) -> bool:
        """Whether there are no words; there may still be a status."""
        return self.text in NO_DETAIL


def symptom_of(message: ParsedMessage, event: str | None = None) -> Symptom:
    """Reduce a message and the type of its event to what rules may look at."""
    event = event or message.event
    if event and not is_about_provisioning(event):
        return Symptom(about="elsewhere", event=event)
    text = _SENTENCE_END.sub("\n", _PARTICULARS.sub(_stand_in, _in_full(_with_words_apart(message.detail).lower())))
    sent = _PARTICULARS.sub(_stand_in, _in_full(message.sent.lower()))
    body = message.body
    if message.status in _STATUSES_WITHOUT_A_CAUSE and text and _ADDS_NOTHING.fullmatch(text):
        text, body = "", None
    action = message.action or ACTION_OF_EVENT.get(event or "") or _ACTION_OF_OPERATION.get(message.operation or "")
    return Symptom(
        text=text.strip(" \"'"),
        action=action,
        about=_about(message, action, event, text or sent),
        status=message.status,
        body=body,
        scim_type=message.scim_type,
        okta_code=message.okta_code,
        event=event,
        odd_subject=bool(message.subject and _BREAKS_A_URL.search(message.subject)),
        is_cut=message.is_cut,
        sent=sent,
        seen=message.seen,
    )


def is_about_provisioning(event: str) -> bool:
    """Whether events of this type can report provisioning."""
    return _PROVISIONING_EVENT.match(event) is not None


def _with_words_apart(text: str) -> str:
    """The text; if it holds identifiers like rateLimitExceeded or license_limit, followed by the same text in words."""
    apart = _INNER_BORDER.sub(" ", text)
    return text if apart == text else f"{text}\n{apart}"


def _in_full(text: str) -> str:
    """The text with "not" for every n't, so that patterns need one form."""
    if "n't" not in text:
        return text
    return text.replace("can't", "cannot").replace("won't", "will not").replace("n't", " not")


def _stand_in(found: re.Match[str]) -> str:
    """The stand-in for one e-mail address, id or IP address."""
    return _STAND_INS[found.lastgroup or "number"]


def _about(message: ParsedMessage, action: str | None, event: str | None, text: str) -> str | None:
    """What the failure is about: by the action, the event, the outer frame, and last by the words."""
    if action in ABOUT_OF_ACTION:
        return ABOUT_OF_ACTION[action]
    if in_event := _ABOUT_OF_EVENT.match(event or ""):
        return in_event["about"].replace("group_membership", "membership")
    if message.operation:
        return _ABOUT_OF_OPERATION.get(message.operation.casefold())
    return next((about for about, words in _ABOUT_OF_WORDS if words.search(text)), None)
