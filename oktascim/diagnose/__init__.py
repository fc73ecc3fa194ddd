"""Why provisioning failed: from an error text or System Log events to a cause and a fix."""

# The order in which a text passes through the modules, which is also the order to read them in:
#
# 1. `engine` has the entry points, for a text and for events; `event` says what is read in an event.
# 2. `paste` removes what was copied along with a text.
# 3. `message` divides a text into its parts: Okta's frame (`actions`, `status`) and the words of the SCIM server
#    (`complaint`, `body`, `class_names`, `markup`). `cut_off` recognises a text that ends in the middle.
# 4. `exchange` does so for a text that shows requests and responses (`narration`, `quoted_json`); `evidence`, `listing`
#    and `attribute_types` say what a response shows without words.
# 5. `symptom` reduces the parts to what rules may use.
# 6. `matcher` finds the rules that match; `rulebook` reads them from rules/*.yaml, `phrases` compiles their patterns.
# 7. `ranking` decides which one comes first, together with `likeness`; `confidence` says how certain it is.
# 8. `finding` is the result.
