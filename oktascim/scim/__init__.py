"""Tests the customer's SCIM server directly from this machine, without an Okta org."""
