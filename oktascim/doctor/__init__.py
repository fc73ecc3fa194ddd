"""The health of the set-up, what a token may read, and evidence about undocumented behaviour of Okta."""
