// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import io.eventlet.offload.Offload;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;

/// The standard input of a child whose pipe is the JDK's: a platform thread writes to it. A write
/// that was given up goes on, and others come after it.
final class ChildInput extends OutputStream {
    private final OutputStream to;
    private final Offload thread =
            Offload.builder("process-input").threads(1).idle(Duration.ofSeconds(1)).open();

    ChildInput(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        byte[] bytes = Arrays.copyOfRange(from, offset, offset + length);
        thread.<IOException>run(() -> {
            to.write(bytes);
            to.flush(); // what the JDK keeps for itself
        });
    }

    @Override
    public void close() throws IOException {
        thread.<IOException>run(to::close);
    }
}
