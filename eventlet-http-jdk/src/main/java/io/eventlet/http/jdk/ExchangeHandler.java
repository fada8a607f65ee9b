// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import io.eventlet.GreenThread;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.http.server.StatusException;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.RejectedExecutionException;

/// Answers requests by the contexts of a server of the JDK's interface.
///
/// A handler of that interface writes its response by itself, on a thread of the executor, while a
/// [Handler] returns one. So each has a thread: the connection's waits for what the handler's does,
/// and lends it the connection; see [Handover].
final class ExchangeHandler implements Handler {
    private final JdkServer server;

    ExchangeHandler(JdkServer server) {
        this.server = server;
    }

    @Override
    public Response handle(Request request) throws Exception {
        var uri = uri(request);
        var path = uri.getPath();
        var context = path == null ? null : server.contexts().find(path);
        if (context == null) {
            return Response.text(404, "There is no context for this path.\n");
        }
        var handler = context.getHandler();
        if (handler == null) {
            return Response.text(500, "There is no handler for this path.\n");
        }
        var handover = new Handover();
        var plain = new PlainExchange(context, request, uri, handover);
        execute(() -> run(plain, handler), handover);
        return handover.awaitResponse();
    }

    private static URI uri(Request request) {
        try {
            return new URI(request.target());
        } catch (URISyntaxException e) {
            throw new StatusException(400, "The target of the request is no URI.");
        }
    }

    private void execute(Runnable task, Handover handover) {
        var executor = server.executor();
        if (executor != null) {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                throw new StatusException(503, "Nobody is free to handle this.");
            }
            return;
        }
        var thread = GreenThread.spawnN(task::run);
        handover.onGone(() -> {
            if (!server.isStopper(thread)) {
                thread.kill();
            }
        });
    }

    /// On the handler's thread.
    private void run(PlainExchange plain, HttpHandler handler) {
        var exchange = server.isSecure() ? new SecureExchange(plain) : plain;
        var chain =
                new Filter.Chain(
                        plain.getHttpContext().getFilters(),
                        filtered -> authenticate(plain, filtered, handler));
        server.enter();
        try {
            chain.doFilter(exchange);
        } catch (Exception e) {
            plain.failed(e);
        } catch (Throwable e) {
            plain.failed(e);
            throw e;
        } finally {
            server.leave();
        }
    }

    private static void authenticate(
            PlainExchange plain, HttpExchange filtered, HttpHandler handler) throws IOException {
        var authenticator = plain.getHttpContext().getAuthenticator();
        if (authenticator == null) {
            handler.handle(filtered);
            return;
        }
        switch (authenticator.authenticate(filtered)) {
            case Authenticator.Success success -> {
                plain.setPrincipal(success.getPrincipal());
                handler.handle(filtered);
            }
            case Authenticator.Retry retry ->
                    filtered.sendResponseHeaders(retry.getResponseCode(), -1);
            case Authenticator.Failure failure ->
                    filtered.sendResponseHeaders(failure.getResponseCode(), -1);
            case Authenticator.Result other ->
                    throw new IOException("the authenticator answered " + other);
        }
    }
}
