"""The customer's SCIM server, asked from here: no Okta org takes part."""
