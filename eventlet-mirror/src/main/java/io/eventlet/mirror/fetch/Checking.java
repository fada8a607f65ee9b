// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.Headers;
import io.eventlet.mirror.checks.Checksum;
import io.eventlet.mirror.checks.ChecksumFields;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;

/// The check of a download by the checksum that the server has sent; of nothing, if there was none.
final class Checking {
    private static final int PIECE = 256 * 1024;

    private final @Nullable Checksum expected;
    private final @Nullable MessageDigest digest; // null if the file has to be read at the end

    private Checking(@Nullable Checksum expected, boolean whole) {
        this.expected = expected;
        digest = expected == null || !whole ? null : expected.algorithm().digest();
    }

    /// @param whole whether all of the file comes, from its first byte on
    static Checking of(Headers headers, boolean whole) {
        return new Checking(ChecksumFields.of(headers, whole), whole);
    }

    static Checking ofNothing() {
        return new Checking(null, true);
    }

    /// By what an answer with the rest of a file says of the whole, or else what the answer with
    /// the beginning has said.
    static Checking ofRest(@Nullable Headers headers, @Nullable Checksum said) {
        var sent = headers == null ? null : ChecksumFields.of(headers, false);
        return new Checking(sent == null ? said : sent, false);
    }

    /// The same by what has come behind the body, if nothing was said before it.
    ///
    /// @param whole whether the body was all of the file
    /// @param isToCome whether [#update] is yet to be called, with all of the file
    Checking orBy(Headers trailers, boolean whole, boolean isToCome) {
        return expected == null ? new Checking(ChecksumFields.of(trailers, whole), isToCome) : this;
    }

    /// What the whole is to have; null if nobody knows.
    @Nullable Checksum expected() {
        return expected;
    }

    /// The same of a file whose bytes come in any order.
    Checking atTheEnd() {
        return new Checking(expected, false);
    }

    void update(byte[] bytes, int count) {
        if (digest != null) {
            digest.update(bytes, 0, count);
        }
    }

    /// Throws if the file is not what it should be, once its parts are gone, so that nothing goes
    /// on from them.
    void finish(PartFile part) throws IOException {
        if (expected != null && !expected.isOf(digest != null ? digest : read(part, expected))) {
            part.delete();
            throw new ChecksumMismatch(expected.algorithm().toString());
        }
    }

    private static MessageDigest read(PartFile part, Checksum expected) throws IOException {
        var digest = expected.algorithm().digest();
        var piece = ByteBuffer.allocate(PIECE);
        try (ReadableByteChannel in = part.read()) {
            while (in.read(piece.clear()) >= 0) {
                digest.update(piece.flip());
            }
        }
        return digest;
    }
}
