"""A local Okta org on loopback: for people who don't have one, for CI, and for our own tests."""
