"""Serve on a free port, the only line of output, until standard input closes."""

import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Be quiet."""


django.setup()
call_command("migrate", run_syncdb=True, verbosity=0)
with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
