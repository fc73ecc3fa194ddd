"""Org settings: flags, environment, profiles and okta.yaml; every value remembers where it came from."""
