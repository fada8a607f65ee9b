// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.ReentrantLock;

/// An output of a process, for reading; when that has ended, what is left of it in memory.
///
/// One thread reads at a time. Closing waits for nobody.
final class DrainedInput extends InputStream {
    private final InputStream pipe;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile InputStream from; // changed under `reading`

    DrainedInput(InputStream pipe) {
        this.pipe = pipe;
        from = pipe;
    }

    /// Takes what there is to read without waiting, and closes the pipe: once nobody reads.
    void drain() {
        reading.lock();
        try {
            from = new ByteArrayInputStream(pipe.readNBytes(pipe.available()));
        } catch (IOException _) {
            // it was closed: reads say so
        } finally {
            reading.unlock();
            close();
        }
    }

    @Override
    public int read() throws IOException {
        reading.lock();
        try {
            return from.read();
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        reading.lock();
        try {
            return from.read(into, offset, length);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        return from.available();
    }

    @Override
    public void close() {
        try {
            pipe.close();
        } catch (IOException e) { // no close of a pipe fails
            throw new UncheckedIOException(e);
        }
    }
}
