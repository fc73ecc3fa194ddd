"""A local Okta org on loopback, for people without one, for CI and for our own tests."""
