"""The emulated org as an HTTP server: the ASGI app, its gate, faults on request, and the control endpoints."""
