// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.syntax.Bytes;

/// What may follow the size of a chunk in its line: `*( BWS ";" BWS name [ BWS "=" BWS value ] )`,
/// where a value is a token or quoted (RFC 9112, 7.1.1).
final class ChunkExtensions {
    private final Input in;
    private final int end;
    private int at;

    ChunkExtensions(Input in, int from, int end) {
        this.in = in;
        this.end = end;
        at = from;
    }

    boolean areValid() {
        while (at < end) {
            skipBlanks();
            if (!take(';')) {
                return false;
            }
            skipBlanks();
            if (!takeToken()) {
                return false;
            }
            int behind = at;
            skipBlanks();
            if (take('=')) {
                skipBlanks();
                if (!takeToken() && !takeQuoted()) {
                    return false;
                }
            } else {
                at = behind;
            }
        }
        return true;
    }

    private void skipBlanks() {
        while (at < end && Bytes.isBlank(in.at(at))) {
            at++;
        }
    }

    private boolean take(char c) {
        boolean there = at < end && in.at(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private boolean takeToken() {
        int from = at;
        while (at < end && Bytes.isToken(in.at(at))) {
            at++;
        }
        return at > from;
    }

    private boolean takeQuoted() {
        if (!take('"')) {
            return false;
        }
        while (at < end && in.at(at) != '"') {
            at += in.at(at) == '\\' ? 2 : 1;
        }
        return take('"');
    }
}
