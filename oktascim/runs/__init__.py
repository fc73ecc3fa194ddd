"""What a command sets going: load the specs, connect to the org, find an app, draft a spec, talk to a person."""
