"""Why provisioning failed: from an error text or System Log events to a cause and a fix."""

# `engine` is the entry point. `paste` strips a pasted text of everything around it, `message` parses it (with
# `actions`, `status`, `complaint`, `body`, `class_names`, `exchange` and `markup`), `symptom` reduces it to what rules
# may use, `matcher` compares it with the rules (data, in rules/*.yaml), and `confidence` says how certain the first one
# is. The result is a `finding`.
