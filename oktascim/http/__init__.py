"""The HTTP client for Okta and SCIM servers: one origin, a deadline and a cap for every answer, safe retries."""
