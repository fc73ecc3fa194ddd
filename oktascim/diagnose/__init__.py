"""Why provisioning failed: from an error text or System Log events to a cause and a fix.

`engine` is the way in. A text is taken apart by `message`, reduced to what rules may look at by `symptom`,
compared with the rules (data, in rules/*.yaml) by `matcher`, and comes out as a `finding`.
"""
