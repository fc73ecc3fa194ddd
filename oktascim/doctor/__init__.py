"""The health of the set-up, and evidence about undocumented behaviour of Okta."""
