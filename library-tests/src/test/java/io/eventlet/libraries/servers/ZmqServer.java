// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

import java.util.ArrayList;
import java.util.concurrent.Future;

/// Answers requests of ZeroMQ, `QUESTION-MILLIS`, by the question after so long, or as
/// [HeldAnswers] say: a router on a platform thread, by JeroMQ.
public final class ZmqServer implements AutoCloseable {
    private static final int TURN_MILLIS = 1;

    private final HeldAnswers held = new HeldAnswers();
    private final ZContext context;
    private final int port;
    private final Thread thread;
    private volatile boolean closed;

    /// An answer, which goes when it is released.
    private record Answer(ZMsg message, Future<?> released) {}

    private ZmqServer(ZContext context, ZMQ.Socket router, int port) {
        this.context = context;
        this.port = port;
        thread = Thread.ofPlatform().daemon().name("zmq").start(() -> serve(router));
    }

    public static ZmqServer start() {
        var context = new ZContext();
        var router = context.createSocket(SocketType.ROUTER);
        return new ZmqServer(context, router, router.bindToRandomPort("tcp://127.0.0.1"));
    }

    public String address() {
        return "tcp://127.0.0.1:" + port;
    }

    public HeldAnswers held() {
        return held;
    }

    private void serve(ZMQ.Socket router) {
        router.setReceiveTimeOut(TURN_MILLIS);
        var answers = new ArrayList<Answer>();
        while (!closed) {
            @Nullable ZMsg asked = ZMsg.recvMsg(router);
            if (asked != null) {
                String[] parts = asked.pollLast().getString(ZMQ.CHARSET).split("-", 2);
                asked.addString(parts[0]);
                answers.add(new Answer(asked, held.released(Long.parseLong(parts[1]))));
            }
            for (var all = answers.iterator(); all.hasNext(); ) {
                var answer = all.next();
                if (answer.released().isDone()) {
                    all.remove();
                    boolean ignored = answer.message().send(router);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("the server has not ended in time", e);
        }
        context.close();
    }
}
