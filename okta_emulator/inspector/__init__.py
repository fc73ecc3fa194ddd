"""The inspector: a page that shows every SCIM exchange of the emulated org as it happens."""
