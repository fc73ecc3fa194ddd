"""A server that writes raw HTTP, for the emulator's own HTTP client."""

import asyncio

from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.target import target_of
from okta_emulator.scim_client.wire import Request


def get(url):
    target = target_of(url)
    return Request("GET", target, [(b"Host", target.authority.encode())], None, 5.0)


def ok(body, *headers):
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"Content-Length: %d" % len(body), b"", body])


def serve(play, *answers):
    """Run `play(http, url)` against a server with one connection for each answer, which it closes after it."""
    waiting = list(answers)

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(waiting.pop(0))
        writer.close()

    async def main():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, Http() as http:
            host, port = server.sockets[0].getsockname()
            return await play(http, f"http://{host}:{port}/")

    return asyncio.run(main())
