"""The three routes that enable provisioning, with one protocol and one read-back."""
