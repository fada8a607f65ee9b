// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import io.eventlet.Event;
import io.eventlet.GreenThreadKilled;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.server.Response;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// How a connection's thread lends the connection to the thread of a handler, so that at any time
/// only one of them uses it.
///
/// ```
/// connection's thread          handler's thread
/// awaitResponse()   <────────  begin(response)     headers are sent
/// lend(out)         ────────>                      the body is written
///                   <────────  end()
/// ```
final class Handover {
    private final Event<Reply> reply = new Event<>();
    private final Event<Loan> loan = new Event<>();
    private final Event<End> end = new Event<>();
    private volatile @Nullable Runnable onGone;
    private volatile boolean gone; // the connection's thread has ended, and the connection with it

    /// What the handler does first.
    private sealed interface Reply {}

    private record Answered(Response response) implements Reply {}

    private record Failed(Throwable error) implements Reply {}

    private record Abandoned() implements Reply {}

    /// The output, or why there is none.
    private record Loan(@Nullable OutputStream out, @Nullable Throwable failure) {}

    /// The end of a body, or what kept it from that.
    private record End(@Nullable Throwable failure) {}

    // ---- the connection's thread

    /// Has something done when the connection's thread ends before the exchange does.
    void onGone(Runnable action) {
        onGone = action;
    }

    /// Waits for the response. Throws what the handler threw before it began one; if it gave the
    /// exchange up without one, ends the connection.
    Response awaitResponse() throws Exception {
        Reply first;
        try {
            first = reply.await();
        } catch (Throwable e) {
            leave(e);
            throw e;
        }
        return switch (first) {
            case Answered answered -> answered.response().whenSent(this::sent);
            case Abandoned _ -> throw new GreenThreadKilled("closed without a response");
            case Failed failed -> throw raised(failed.error());
        };
    }

    private static Exception raised(Throwable error) {
        return switch (error) {
            case Cancelled _ -> throw new GreenThreadKilled("the handler was killed");
            case Error e -> throw e;
            case Exception e -> e;
            default -> new IOException("the handler failed", error);
        };
    }

    /// Lends the output until the body has ended.
    void lend(OutputStream out) throws IOException {
        boolean ignored = loan.trySend(new Loan(out, null));
        Throwable failure;
        try {
            failure = end.await().failure();
        } catch (Throwable e) {
            leave(e);
            throw e;
        }
        if (failure != null) {
            throw failure instanceof IOException e ? e : new IOException("a body failed", failure);
        }
    }

    /// A response that could not be sent, or has no body, lends nothing.
    private void sent(Response.Sent sent) {
        boolean ignored = loan.trySend(new Loan(null, sent.failure()));
    }

    private void leave(Throwable why) {
        gone = true;
        boolean ignored = reply.trySend(new Failed(why));
        ignored = loan.trySend(new Loan(null, why));
        var action = onGone;
        if (action != null) {
            action.run();
        }
    }

    // ---- the handler's thread

    /// Begins a response that has no body.
    void begin(Response response) throws IOException {
        if (!reply.trySend(new Answered(response))) {
            throw new IOException("the connection has been closed");
        }
    }

    /// Begins a response and waits for the output to write its body to.
    OutputStream beginBody(Response response) throws IOException {
        begin(response);
        var lent = loan.await();
        if (lent.out() == null) {
            throw new IOException("the response could not be sent", lent.failure());
        }
        return Objects.requireNonNull(lent.out());
    }

    void ensureLent() throws IOException {
        if (gone) {
            throw new IOException("the connection has been closed");
        }
    }

    /// Ends the body.
    void end() {
        boolean ignored = end.trySend(new End(null));
    }

    /// Ends the exchange; whether there has been no response yet.
    boolean fail(Throwable error) {
        boolean first = reply.trySend(new Failed(error));
        boolean ignored = end.trySend(new End(error));
        return first;
    }

    /// Ends the exchange without a response.
    void abandon() {
        boolean ignored = reply.trySend(new Abandoned());
    }
}
