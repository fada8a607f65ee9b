// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Standard output, which keeps why it could not be written: the writers of the JDK that are made
/// for text to people swallow that.
public final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private volatile Optional<IOException> failure = Optional.empty();

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    /// That of this process, without a buffer.
    public static StandardOutput ofProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out));
    }

    /// Why something was not written, in the words of the system; empty also where a reader had
    /// enough and has closed the pipe, which is no failure.
    public Optional<String> problem() {
        return failure.map(e -> Objects.requireNonNullElse(e.getMessage(), e.toString()))
                .filter(message -> !message.toLowerCase(Locale.ROOT).contains("broken pipe"));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }
}
