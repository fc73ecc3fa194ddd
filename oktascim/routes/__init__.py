"""Three routes to an enabled provisioning connection, one protocol, one proof."""
