"""What the emulated org is and does, without HTTP: apps, people, assignments, provisioning, the System Log."""
