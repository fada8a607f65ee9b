// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Standard output with a reader who does not read, until told to, as a pager at its first page.
public final class StalledOutput {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CountDownLatch written = new CountDownLatch(1);
    private final CountDownLatch reading = new CountDownLatch(1);

    /// Blocks whoever writes and flushes while nobody reads.
    public PrintWriter writer() {
        var pipe =
                new OutputStream() {
                    @Override
                    public void write(int b) throws InterruptedIOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length)
                            throws InterruptedIOException {
                        written.countDown();
                        try {
                            reading.await();
                        } catch (InterruptedException _) {
                            throw new InterruptedIOException("nobody reads");
                        }
                        read.write(bytes, from, length);
                    }
                };
        return new PrintWriter(pipe, true, StandardCharsets.UTF_8);
    }

    /// Waits until somebody writes.
    public void awaitWrite() throws InterruptedException {
        written.await();
    }

    public void readAgain() {
        reading.countDown();
    }

    public List<String> lines() {
        return read.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
