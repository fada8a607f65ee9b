# SPDX-License-Identifier: Apache-2.0
"""gevent.pywsgi. Usage: hello_gevent.py PORT DIRECTORY BACKEND"""
from gevent import monkey

monkey.patch_all()
import sys
from urllib.request import urlopen

from gevent.pywsgi import WSGIServer

port, directory, backend = sys.argv[1:4]


def answer(environ, start_response):
    path = environ["PATH_INFO"]
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


WSGIServer(("127.0.0.1", int(port)), answer, log=None, backlog=1024).serve_forever()
