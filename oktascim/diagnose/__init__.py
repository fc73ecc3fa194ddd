"""Why provisioning failed: from an error text or System Log events to a cause and a fix."""

# `engine` is the entry point. `paste` removes what was copied along with a text, `message` parses it (with `actions`,
# `status`, `complaint`, `body`, `class_names`, `exchange` and `markup`), `symptom` reduces it to what rules may look
# at, `matcher` compares it with the rules (data, in rules/*.yaml), and the result is a `finding`.
