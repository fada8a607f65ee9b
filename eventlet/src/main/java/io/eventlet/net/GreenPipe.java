// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;
import io.eventlet.poll.ByteEndpoint;
import io.eventlet.poll.PipeEnds;
import io.eventlet.transport.EndpointInput;
import io.eventlet.transport.EndpointOutput;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A pipe of the system: what is written to its one end is read from the other. Reads wait for a
/// byte, writes for room (64 KiB, as a rule), and both block only the green thread that makes them.
///
/// Between green threads of one program a [io.eventlet.queue.GreenQueue] is simpler; a pipe is for
/// code that wants streams. It may be used from all hubs and from platform threads. A
/// [io.eventlet.Timeout] or a kill ends a wait, and leaves the pipe usable (in hub mode; in
/// portable mode the JDK closes that end). Two threads that read at the same time are an error,
/// [io.eventlet.errors.ConcurrentUse]; threads that write take turns.
///
/// Each end is closed by itself: once the output is closed, reads come to the end of the stream
/// when all has been read; once the input is closed, writes fail with a `SocketException`, "Broken
/// pipe".
public final class GreenPipe implements Closeable {
    private final ByteEndpoint source;
    private final ByteEndpoint sink;
    private final InputStream input;
    private final OutputStream output;

    private GreenPipe(PipeEnds ends) {
        source = ends.source();
        sink = ends.sink();
        input = new EndpointInput(source, source::available, source);
        output = new EndpointOutput(sink, sink);
    }

    public static GreenPipe open() throws IOException {
        return new GreenPipe(HubStrand.networkOfCaller().openPipe());
    }

    /// The end to read from. Its `available` is always 0.
    public InputStream input() {
        return input;
    }

    /// The end to write to. It has no buffer: each write is one of the system.
    public OutputStream output() {
        return output;
    }

    /// Closes both ends. Whoever waits at one gets a `SocketException`.
    @Override
    public void close() throws IOException {
        try (sink) {
            source.close();
        }
    }

    @Override
    public String toString() {
        return "pipe from " + sink + " to " + source;
    }
}
