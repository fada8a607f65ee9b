// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.ReentrantLock;

/// An output of a process, for reading; when that has ended, what is left of it in memory.
///
/// One thread reads at a time. Closing waits for nobody, and afterwards there is nothing to read.
final class DrainedInput extends InputStream {
    private final InputStream pipe;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile InputStream from; // changed under `reading`
    private volatile boolean closed;

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
            closePipe();
        }
    }

    @Override
    public int read() throws IOException {
        reading.lock();
        try {
            ensureOpen();
            return from.read();
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        reading.lock();
        try {
            ensureOpen();
            return from.read(into, offset, length);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        reading.lock(); // or it would tell nothing of what is being drained
        try {
            ensureOpen();
            return from.available();
        } finally {
            reading.unlock();
        }
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("Stream closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        closePipe();
    }

    private void closePipe() {
        try {
            pipe.close();
        } catch (IOException e) { // no close of a pipe fails
            throw new UncheckedIOException(e);
        }
    }
}
