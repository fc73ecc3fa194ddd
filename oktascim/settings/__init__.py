"""Org settings from flags, environment, profiles and okta.yaml; every value knows its source."""
