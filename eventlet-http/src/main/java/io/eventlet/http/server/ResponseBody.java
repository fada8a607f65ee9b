// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.io.InputStream;

/// The body of a response. The length is -1 if it is not known before the end.
sealed interface ResponseBody {
    long length();

    /// None that was given: of length 0 where a status has a body.
    record None() implements ResponseBody {
        @Override
        public long length() {
            return 0;
        }
    }

    /// All of it.
    final class Bytes implements ResponseBody {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }
    }

    record Stream(InputStream stream, long length) implements ResponseBody {}

    record Written(BodyWriter writer, long length) implements ResponseBody {}

    /// Another protocol on the connection, instead of a body.
    record Upgrade(UpgradeHandler handler) implements ResponseBody {
        @Override
        public long length() {
            return 0;
        }
    }

    ResponseBody NONE = new None();
}
