"""Why provisioning failed: from an error text or System Log events to a cause and a fix.

`engine` is the way in. A text is freed by `paste` of what was copied with it, taken
apart by `message` (with `actions` and `body`), reduced to what rules may look at by `symptom`,
compared with the rules (data, in rules/*.yaml) by `matcher`, and comes out as a `finding`.
"""
