// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

/// How long the parts of a head may be, in bytes without line ends, and how many fields it has.
public record Limits(int startLine, int fieldLine, int fields, int allFields) {
    public static final Limits DEFAULT = new Limits(8192, 8192, 100, 65_536);
}
