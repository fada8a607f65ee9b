// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.nio.channels.Pipe;

/// The ends of a pipe of the JDK.
final class JdkPipe {
    private JdkPipe() {}

    static PipeEnds open(Parking parking) throws IOException {
        var pipe = Pipe.open();
        return new PipeEnds(
                OpenSockets.opened(new Source(parking, pipe.source())),
                OpenSockets.opened(new Sink(parking, pipe.sink())));
    }

    private static IOException wrongEnd() {
        return new IOException("a pipe is read from at one end and written to at the other");
    }

    private static final class Source implements ByteEndpoint {
        private final Pipe.SourceChannel channel;
        private final JdkCalls reads;

        Source(Parking parking, Pipe.SourceChannel channel) {
            this.channel = channel;
            reads = new JdkCalls(parking, this);
        }

        @Override
        public int read(byte[] into, int offset, int length, long deadline) throws IOException {
            return JdkChannels.read(reads, channel, into, offset, length, deadline);
        }

        @Override
        public int write(byte[] from, int offset, int length, long deadline) throws IOException {
            throw wrongEnd();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public String toString() {
            return "JDK pipe";
        }
    }

    private static final class Sink implements ByteEndpoint {
        private final Pipe.SinkChannel channel;
        private final JdkCalls writes;

        Sink(Parking parking, Pipe.SinkChannel channel) {
            this.channel = channel;
            writes = new JdkCalls(parking, this);
        }

        @Override
        public int read(byte[] into, int offset, int length, long deadline) throws IOException {
            throw wrongEnd();
        }

        @Override
        public int write(byte[] from, int offset, int length, long deadline) throws IOException {
            return JdkChannels.write(writes, channel, from, offset, length, deadline);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public String toString() {
            return "JDK pipe";
        }
    }
}
