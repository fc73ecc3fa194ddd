"""Proof: the lifecycle through Okta, the health of the set-up, and evidence about what no document says."""
