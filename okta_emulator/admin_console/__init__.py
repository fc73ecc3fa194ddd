"""The emulated org's Admin Console: its sign-in, and the pages of an app that provisioning needs."""
