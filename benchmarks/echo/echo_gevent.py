# SPDX-License-Identifier: Apache-2.0
"""Echo in gevent: one greenlet a connection. Usage: echo_gevent.py PORT"""
import socket
import sys

from gevent.server import StreamServer


def echo(client, _address):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        data = client.recv(16384)
        if not data:
            return
        client.sendall(data)


StreamServer(("127.0.0.1", int(sys.argv[1])), echo, backlog=4096).serve_forever()
