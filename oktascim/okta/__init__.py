"""Okta's Management API: the calls that oktascim makes, and their responses."""
