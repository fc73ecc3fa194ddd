"""What the emulated org is and does, without HTTP: apps, users, groups, assignments, provisioning, the System Log."""
