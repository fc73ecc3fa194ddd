"""The pages of the Admin Console: each handler reads the org and renders a template."""
