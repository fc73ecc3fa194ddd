"""The outbound SCIM client: what Okta sends to a SCIM server, and what it makes of the answers."""
