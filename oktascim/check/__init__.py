"""Would this SCIM server work with Okta: checks as data, one runner, verdicts, and a list of fixes."""
