"""A Django project around django-scim2: a SCIM 2.0 server that refuses several things that Okta sends."""
