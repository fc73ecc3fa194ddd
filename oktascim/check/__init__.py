"""Checks whether a SCIM server works with Okta: checks as data, a runner, verdicts, and a list of fixes."""
