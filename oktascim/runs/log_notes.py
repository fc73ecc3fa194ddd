"""What `oktascim logs` writes to stderr besides the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from oktascim.logs.query import Conditions, Selection, fits_no_known_type
from oktascim.render.layout import plural
from oktascim.render.streams import Output
from oktascim.runs.find_app import NoSuchApp
from oktascim.runs.log_options import LogFormat, LogOptions

_MUCH_FOR_A_BROWSER = 200_000


def conclude(output: Output, options: LogOptions, selection: Selection, causes: Counter[str]) -> None:
    """The notes at the end of a run.

    Raises:
        NoSuchApp: the app is neither in the org nor in this part of its log.
    """
    apps, shown = selection.conditions.apps, selection.kept
    gone = [app.id for app in apps if not app.raw]
    if gone and not shown and not options.polling and _narrowing(selection.conditions) == ["--app"]:
        raise NoSuchApp(
            f"This org has no app {' or '.join(gone)}, and no event of this window names it.",
            fix="`oktascim app list` shows this org's apps; --since 90d reads everything that Okta keeps.",
        )
    if options.html or options.out:
        output.note(f"Wrote {plural(shown, 'event')} to {options.html or options.out}.")
        if options.html and shown > _MUCH_FOR_A_BROWSER:
            output.note("Large pages load slowly in a browser; narrow them with --since, --failures or --type.")
    elif not shown and not options.summary:
        output.note(" ".join(["No events.", *_ways_to_more(options, selection.conditions)]))
    elif options.explain and options.form is LogFormat.TEXT and not options.summary:
        output.note(_causes_line(causes, shown))
    if selection.unsure and apps:
        kinds, labels = (
            " or ".join(dict.fromkeys(part)) for part in zip(*((a.name, a.label) for a in apps), strict=True)
        )
        output.note(
            f"{plural(selection.unsure, 'event')} named only the template ({kinds}), not the app. "
            f"They may belong to {labels}, or to another app with that template."
        )


def _causes_line(causes: Counter[str], events: int) -> str:
    failures = causes.total()
    if not failures:
        return f"No failure among {plural(events, 'event')}."
    found = ", ".join(f"{count:,} {category}" for category, count in causes.most_common())
    more = " Add --summary to see each cause once." if len(causes) > 1 else ""
    return f"{plural(failures, 'failure')}: {found}.{more}"


def _ways_to_more(options: LogOptions, conditions: Conditions) -> Iterator[str]:
    for pattern in filter(fits_no_known_type, conditions.types):
        hint = "" if "*" in pattern else f" * matches any text: *{pattern}*."
        yield f"No known provisioning event type matches {pattern}.{hint}"
    if options.cursor:
        yield "Already up to date."
    elif options.since is None and not options.follow:
        yield "Only the last 7 days were read; use --since 30d to read more."
    given = _narrowing(conditions)
    if given:
        yield f"Filters applied: {', '.join(given)}."


def _narrowing(conditions: Conditions) -> Sequence[str]:
    return [
        option
        for option, value in {
            "--app": conditions.apps,
            "--failures": conditions.failures,
            "--type": conditions.types,
            "--user": conditions.user,
            "--actor": conditions.actor,
            "--transaction": conditions.transaction,
            "--filter": conditions.expression,
        }.items()
        if value
    ]
