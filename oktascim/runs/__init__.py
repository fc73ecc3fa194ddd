"""The work behind the commands: load specs, connect to the org, find an app, draft a spec, prompt the user."""
