"""The emulated org as an HTTP server: the ASGI app, its gate, fault injection, and the control endpoints."""
