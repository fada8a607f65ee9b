// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import io.eventlet.Eventlet;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.http.websocket.Message;
import io.eventlet.http.websocket.WebSocket;
import io.eventlet.http.websocket.WebSocketHandler;
import io.eventlet.http.websocket.WebSocketSettings;
import io.eventlet.queue.GreenQueue;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A chat in the browser: a page, and a WebSocket from each.
///
///     examples/run WebChat 8080
///     open http://localhost:8080/ in two windows
///
/// As in `ChatServer`, nobody waits for a guest who does not listen: what is said goes into the
/// queue of each guest, and a green thread of the guest's own sends it. After Eventlet's
/// `websocket_chat.py`.
final class WebChat {
    private static final int MAX_UNHEARD = 1000; // lines
    private static final int MAX_NAME = 30;
    private static final int TOO_SLOW = 1008; // a policy: RFC 6455, 7.4.1

    private final Map<WebSocket, GreenQueue<String>> guests = new ConcurrentHashMap<>();
    private final WebSocketHandler sockets =
            WebSocketHandler.of(this::chat)
                    .settings(WebSocketSettings.DEFAULT.maxMessage(16 << 10));

    static void main(String... args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        try (var server = HttpServer.builder(new WebChat()::handle).port(port).start()) {
            IO.println("chat on http://localhost:%d/".formatted(server.port()));
            server.await();
        }
    }

    Response handle(Request request) {
        return switch (request.path()) {
            case "/" -> Response.html(PAGE).header("Content-Security-Policy", POLICY);
            case "/chat" -> sockets.handle(request);
            default -> Response.text(404, "no such page\n");
        };
    }

    private void chat(WebSocket guest, Request request) throws IOException {
        var name = name(request);
        var unheard = GreenQueue.<String>bounded(MAX_UNHEARD);
        unheard.put("* welcome, " + name);
        guests.put(guest, unheard);
        tellAll("* " + name + " is here");
        var speaker = Eventlet.spawnN(() -> send(unheard, guest));
        try {
            while (guest.receive() instanceof Message.Text(var text)) {
                if (!text.isBlank()) {
                    tellAll(name + ": " + text.strip());
                }
            }
        } finally {
            guests.remove(guest);
            speaker.kill();
            tellAll("* " + name + " has left");
        }
    }

    private static String name(Request request) {
        var asked = request.queryParameter("name");
        if (asked == null || asked.isBlank()) {
            return "guest-" + request.remoteAddress().getPort();
        }
        var name = asked.strip();
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }

    private void tellAll(String line) {
        guests.forEach((guest, unheard) -> {
            if (!unheard.tryPut(line) && guests.remove(guest, unheard)) {
                Eventlet.spawn(() -> guest.close(TOO_SLOW, "too slow"));
            }
        });
    }

    private static void send(GreenQueue<String> unheard, WebSocket guest) {
        try {
            while (true) {
                guest.send(unheard.get());
            }
        } catch (IOException e) { // the guest is gone, and its reader gets to know
            return;
        }
    }

    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                    + " connect-src 'self'; form-action 'none'; frame-ancestors 'none'";

    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Chat</title>
            <style>
              :root { color-scheme: light dark; --back: #f4f5f7; --paper: #fff; --ink: #1c1e21; --soft: #65686c; --own: #d7ebff; --accent: #0b62c4 }
              @media (prefers-color-scheme: dark) {
                :root { --back: #15171a; --paper: #22262b; --ink: #e8eaed; --soft: #9aa0a6; --own: #143a5e; --accent: #6db3ff }
              }
              * { box-sizing: border-box }
              body { margin: 0; height: 100dvh; display: flex; flex-direction: column; background: var(--back); color: var(--ink); font: 16px/1.45 system-ui, sans-serif }
              header, form { background: var(--paper); padding: .7rem max(1rem, calc(50vw - 22rem)) }
              header { display: flex; align-items: baseline; gap: .7rem; box-shadow: 0 1px 3px #0003 }
              h1 { font-size: 1.1rem; margin: 0 }
              #state { color: var(--soft); font-size: .85rem }
              #lines { flex: 1; overflow-y: auto; margin: 0; padding: 1rem max(1rem, calc(50vw - 22rem)); list-style: none }
              li { width: fit-content; max-width: 85%; margin: 0 0 .45rem; padding: .4rem .8rem; border-radius: .9rem; background: var(--paper); overflow-wrap: anywhere; white-space: pre-wrap }
              li b { display: block; font-size: .8rem; color: var(--accent) }
              li.own { margin-left: auto; background: var(--own) }
              li.note { margin: .2rem auto .6rem; padding: 0; background: none; color: var(--soft); font-size: .85rem; text-align: center }
              form { display: flex; gap: .6rem }
              input, button { font: inherit; padding: .55rem .9rem; border-radius: 2rem; border: 1px solid #8886 }
              input { flex: 1; min-width: 0; background: var(--back); color: inherit }
              button { background: var(--accent); color: var(--paper); border: 0; font-weight: 600 }
              button:disabled { opacity: .5 }
            </style>
            <header><h1>Chat</h1><span id="state" role="status">connecting …</span></header>
            <ul id="lines" aria-live="polite"></ul>
            <form id="say">
              <input id="text" maxlength="4000" autocomplete="off" placeholder="Say something" aria-label="What to say" autofocus>
              <button disabled>Send</button>
            </form>
            <script>
              const lines = document.getElementById('lines'), state = document.getElementById('state');
              const text = document.getElementById('text'), button = document.querySelector('button');
              const query = new URLSearchParams(location.search);
              let name = query.get('name') ?? '', socket, pause = 500;

              function show(line) {
                const item = document.createElement('li'), colon = line.indexOf(': ');
                const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
                if (line.startsWith('* ')) {
                  item.className = 'note';
                  item.textContent = line.slice(2);
                  if (line.startsWith('* welcome, ')) name = line.slice('* welcome, '.length);
                } else {
                  const who = document.createElement('b');
                  who.textContent = line.slice(0, colon);
                  item.className = who.textContent === name ? 'own' : '';
                  item.append(who, line.slice(colon + 2));
                }
                lines.append(item);
                if (atEnd) item.scrollIntoView();
              }

              function connect() {
                const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
                socket = new WebSocket(`${scheme}://${location.host}/chat?name=${encodeURIComponent(name)}`);
                socket.onopen = () => { state.textContent = 'connected'; button.disabled = false; pause = 500; };
                socket.onmessage = event => show(event.data);
                socket.onclose = event => {
                  button.disabled = true;
                  state.textContent = `connection lost (${event.code}), trying again …`;
                  setTimeout(connect, pause);
                  pause = Math.min(2 * pause, 10000);
                };
              }

              document.getElementById('say').onsubmit = event => {
                event.preventDefault();
                if (text.value.trim() && socket.readyState === WebSocket.OPEN) {
                  socket.send(text.value);
                  text.value = '';
                }
              };
              connect();
            </script>
            </html>
            """;
}
