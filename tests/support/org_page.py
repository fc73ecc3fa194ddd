"""What the org of the tests says about itself at /.well-known/okta-organization (OB-202)."""

from __future__ import annotations

ORG_PAGE = {"id": "00o1", "pipeline": "idx", "_links": {"organization": {"href": "https://acme.okta.com"}}}
