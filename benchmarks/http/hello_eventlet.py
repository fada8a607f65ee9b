# SPDX-License-Identifier: Apache-2.0
"""eventlet.wsgi of Python. Usage: hello_eventlet.py PORT DIRECTORY BACKEND"""
import sys

import eventlet
from eventlet import websocket, wsgi
from eventlet.green.urllib.request import urlopen

port, directory, backend = sys.argv[1:4]


@websocket.WebSocketWSGI
def echo(socket):
    while (text := socket.wait()) is not None:
        socket.send(text)


def answer(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/echo":
        return echo(environ, start_response)
    if path == "/":
        body = b"Hello, World!"
    elif path == "/wait":
        with urlopen("http://127.0.0.1:%s/delay" % backend) as there:
            body = there.read()
    else:
        with open(directory + path, "rb") as file:
            body = file.read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


wsgi.server(
    eventlet.listen(("127.0.0.1", int(port)), backlog=1024), answer, log_output=False, max_size=20000
)
