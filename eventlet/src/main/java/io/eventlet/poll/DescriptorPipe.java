// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Pipes;
import io.eventlet.os.Sockets;

import java.io.IOException;
import java.nio.file.Path;

/// One end of a pipe of the kernel.
final class DescriptorPipe extends DescriptorStream {
    DescriptorPipe(ReadinessPoller poller, int descriptor) {
        super(poller, descriptor);
    }

    @Override
    int receive(byte[] into, int offset, int length) {
        return Pipes.read(descriptor, into, offset, length);
    }

    @Override
    int transmit(byte[] from, int offset, int length) {
        return Pipes.write(descriptor, from, offset, length);
    }

    @Override
    public int available() throws IOException {
        beginCall();
        try {
            return DescriptorErrors.ensure(Sockets.available(descriptor), "available");
        } finally {
            endCall();
        }
    }

    @Override
    public Path reopenedAs() {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    @Override
    public String toString() {
        return "pipe " + descriptor;
    }
}
