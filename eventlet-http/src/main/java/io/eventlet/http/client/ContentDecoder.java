// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import java.io.IOException;
import java.io.InputStream;

/// Decodes bodies of a content coding, such as `br` or `zstd`, by a library. For users to
/// implement; gzip and deflate are built in.
///
/// ```java
/// ContentDecoder brotli = ContentDecoder.of("br", BrotliInputStream::new);
/// ```
public interface ContentDecoder {
    /// The coding as `Content-Encoding` names it.
    String coding();

    /// A stream of what a stream of encoded bytes means, of which there is at least one.
    InputStream decode(InputStream encoded) throws IOException;

    /// What opens a stream.
    @FunctionalInterface
    interface Opening {
        InputStream open(InputStream encoded) throws IOException;
    }

    /// One by its two parts.
    static ContentDecoder of(String coding, Opening opening) {
        return new ContentDecoder() {
            @Override
            public String coding() {
                return coding;
            }

            @Override
            public InputStream decode(InputStream encoded) throws IOException {
                return opening.open(encoded);
            }

            @Override
            public String toString() {
                return coding;
            }
        };
    }
}
