"""The Management API of the emulated org, one module per resource."""
