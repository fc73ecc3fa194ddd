"""Does an integration work through Okta: a lifecycle of steps in an org, each proven on three sides."""
