// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.os.Sockets;
import io.eventlet.os.UnixSockets;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;

/// A [DescriptorSet] of some kind, with connections to put into it and ways to see what it tells.
abstract class DescriptorSetFixture {
    static final long TOKEN = 0x1122334455667788L;
    static final long OTHER = 0x8877665544332211L;
    static final long MOMENT = 2_000_000;

    final List<Integer> descriptors = new ArrayList<>();
    DescriptorSet set;

    abstract DescriptorSet openSet() throws IOException;

    @BeforeEach
    void openIt() throws IOException {
        set = openSet();
    }

    @AfterEach
    void closeAll() {
        set.close();
        descriptors.forEach(Sockets::close);
    }

    /// What has been told of a token.
    record Told(boolean readable, boolean writable, boolean exceptional) {
        Told and(Told other) {
            return new Told(
                    readable || other.readable,
                    writable || other.writable,
                    exceptional || other.exceptional);
        }
    }

    /// Both ends of a connection.
    record Ends(int mine, int peers) {}

    Ends ends() {
        var both = new int[2];
        assertThat(UnixSockets.pair(both)).isNotNegative();
        descriptors.add(both[0]);
        descriptors.add(both[1]);
        return new Ends(both[0], both[1]);
    }

    Ends added(long token) {
        var ends = ends();
        assertThat(set.add(ends.mine, token, false)).isNotNegative();
        return ends;
    }

    void close(int descriptor) {
        descriptors.removeIf(opened -> opened == descriptor);
        Sockets.close(descriptor);
    }

    static void send(int to, int bytes) {
        assertThat(Sockets.send(to, new byte[bytes], 0, bytes)).isEqualTo(bytes);
    }

    /// Writes until there is no room, in pieces.
    static void fill(int descriptor) {
        var piece = new byte[1 << 14];
        while (Sockets.send(descriptor, piece, 0, piece.length) > 0) {}
    }

    static void drain(int descriptor) {
        var into = new byte[1 << 16];
        while (Sockets.recv(descriptor, into, 0, into.length) > 0) {}
    }

    /// What is told now; nothing if nothing is.
    Map<Long, Told> look() {
        return await(0);
    }

    Map<Long, Told> await(long nanos) {
        var told = new HashMap<Long, Told>();
        set.await(
                nanos,
                (token, readable, writable, exceptional) ->
                        told.merge(token, new Told(readable, writable, exceptional), Told::and));
        return told;
    }

    /// What is told until a token is readable.
    Told awaitReadable(long token) {
        while (true) {
            var told = await(-1).get(token);
            if (told != null && told.readable) {
                return told;
            }
        }
    }

    void awaitWritable(long token) {
        while (true) {
            var told = await(-1).get(token);
            if (told != null && told.writable) {
                return;
            }
        }
    }

    FutureTask<Map<Long, Told>> awaiting() {
        var task = new FutureTask<>(() -> await(-1));
        var thread = Thread.ofPlatform().daemon().start(task);
        Until.holds(() -> isInCall(thread.getStackTrace()));
        return task;
    }

    private static boolean isInCall(StackTraceElement[] stack) {
        for (var frame : stack) {
            if (frame.getMethodName().equals("await")
                    && frame.getClassName().startsWith("io.eventlet.os.")) {
                return true;
            }
        }
        return false;
    }
}
