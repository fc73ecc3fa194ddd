"""The outbound SCIM client: what Okta sends to a SCIM server, and how it interprets the responses."""
