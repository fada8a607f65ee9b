# SPDX-License-Identifier: Apache-2.0
# Sends messages by Python's websockets and looks at what comes back: URL COMPRESSES.
import asyncio
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

MESSAGES = ["", "hello", "κόσμε 😀", "long " * 100000, b"", bytes([0, 255, 128]), b"ab" * 500000]


async def main():
    deflate = ClientPerMessageDeflateFactory(
        server_max_window_bits=9, client_max_window_bits=True,
    )
    async with websockets.connect(
        sys.argv[1], compression=None, subprotocols=["other", "echo"], max_size=1 << 26,
        extensions=[deflate] if sys.argv[2] == "true" else None,
    ) as socket:
        await (await socket.ping("are you there"))
        for message in MESSAGES[:-1]:
            await socket.send(message)
        await socket.send([MESSAGES[-1][:10], MESSAGES[-1][10:]])
        count = 0
        for message in MESSAGES:
            assert await socket.recv() == message
            count += 1
        await socket.close(4001, "done")
        extensions = ",".join(extension.name for extension in socket.extensions)
        print("|".join([socket.subprotocol, extensions, "true", str(count), str(socket.close_code)]))


asyncio.run(main())
