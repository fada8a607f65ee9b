# SPDX-License-Identifier: Apache-2.0
"""Echo in Eventlet for Python: one green thread a connection. Usage: echo_eventlet.py PORT"""
import socket
import sys

import eventlet


def echo(client, _address):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        data = client.recv(16384)
        if not data:
            return
        client.sendall(data)


eventlet.serve(
    eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=4096), echo, concurrency=1_000_000
)
