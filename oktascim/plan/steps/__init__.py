"""The steps of a plan: what each one describes, does and verifies."""
