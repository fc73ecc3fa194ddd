"""The org's state and behaviour, without HTTP: apps, users, groups, assignments, provisioning, the System Log."""
