"""Why provisioning failed: from an error text or System Log events to a cause and a fix."""

# `engine` is the entry point. `paste` strips a pasted text of everything around it, `message` parses it (with
# `actions`, `status`, `complaint`, `body`, `class_names`, `exchange` and `markup`), `symptom` reduces it to what rules
# may use, and `matcher` compares it with the rules (data, in rules/*.yaml). The result is a `finding`.
