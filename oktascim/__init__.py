"""Set up, verify and troubleshoot SCIM integrations in Okta."""

__version__ = "0.2.0"
