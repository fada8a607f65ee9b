# SPDX-License-Identifier: Apache-2.0
# An echo server of Python's websockets: PORT CONTEXT.
import asyncio
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

keeps = sys.argv[2] == "true"


async def echo(socket, path=None):
    async for message in socket:
        if message == "close":
            await socket.close(4000, "as asked")
        elif message == "fragments":
            await socket.send(["frag", "ments"])
        else:
            await socket.send(message)


async def main():
    deflate = ServerPerMessageDeflateFactory(
        server_no_context_takeover=not keeps,
        client_no_context_takeover=not keeps,
        server_max_window_bits=10,
        client_max_window_bits=10 if keeps else None,
    )
    async with websockets.serve(
        echo, "127.0.0.1", int(sys.argv[1]),
        compression=None, extensions=[deflate], subprotocols=["echo"], max_size=1 << 26,
    ):
        await asyncio.Future()


asyncio.run(main())
