// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/// Where the characters of a text begin among its bytes. It is decoded once more, a piece at a
/// time, as far as it is asked for.
final class TextPlaces {
    private static final int AT_ONCE = 8192; // characters

    private final CharsetDecoder decoder;
    private final ByteBuffer in;
    private final CharBuffer out = CharBuffer.allocate(AT_ONCE);
    private int at;

    TextPlaces(byte[] body, Charset charset) {
        in = ByteBuffer.wrap(body);
        decoder =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    /// Where a character begins.
    ///
    /// @param character not before the one that was asked for last
    int place(int character) {
        while (at < character) {
            out.clear().limit(Math.min(AT_ONCE, character - at));
            var ignored = decoder.decode(in, out, true); // until there is no more room
            if (out.position() == 0) {
                break; // within two characters that have the same bytes
            }
            at += out.position();
        }
        return in.position();
    }
}
