"""Set up, prove and explain SCIM integrations in Okta."""

__version__ = "0.2.0"
