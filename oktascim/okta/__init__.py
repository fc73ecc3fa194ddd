"""Okta's Management API: the calls that oktascim makes, each with the answer as Okta gives it."""
