// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.BadMessage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Random;

@Timeout(60)
class ProxyHeaderTest {
    private static final String BINARY = "\r\n\r\n\0\r\nQUIT\n";
    private static final List<String> CORPUS =
            List.of(
                    "PROXY TCP4 10.0.0.1 10.0.0.2 1234 80\r\nGET",
                    "PROXY TCP6 ::1 fe80::2 1234 80\r\nGET",
                    "PROXY UNKNOWN\r\nGET",
                    BINARY + "!\u0011\0\f\n\0\0\1\n\0\0\2\u0004\u00d2\0PGET",
                    BINARY + " \0\0\0GET");

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 10.0.0.1 10.0.0.2 1234 80, /10.0.0.1:1234",
        "PROXY TCP6 ::1 fe80::2 65535 80, /[0:0:0:0:0:0:0:1]:65535",
        "PROXY TCP6 ::ffff:10.0.0.1 ::1 0 80, /10.0.0.1:0",
    })
    void clientIsNamedInText(String line, String client) throws IOException {
        var in = Pieces.input(line + "\r\nGET");

        assertThat(ProxyHeader.read(in)).hasToString(client);
        assertThat(in.buffered()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY",
                "PROXY ",
                "PROXY TCP4",
                "proxy UNKNOWN",
                "PROXY TCP5 10.0.0.1 10.0.0.2 1 2",
                "PROXY TCP4 10.0.0.1 10.0.0.2 1",
                "PROXY TCP4 10.0.0.1 10.0.0.2 1 2 3",
                "PROXY TCP4  10.0.0.1 10.0.0.2 1 2",
                "PROXY TCP4 999.0.0.1 10.0.0.2 1 2",
                "PROXY TCP4 10.0.1 10.0.0.2 1 2",
                "PROXY TCP4 ::1 ::1 1 2",
                "PROXY TCP6 10.0.0.1 10.0.0.2 1 2",
                "PROXY TCP6 :::: ::1 1 2",
                "PROXY TCP6 1:2 ::1 1 2",
                "PROXY TCP6 fe80::1%eth0 ::1 1 2",
                "PROXY TCP4 10.0.0.1 10.0.0.2 65536 2",
                "PROXY TCP4 10.0.0.1 10.0.0.2 -1 2",
                "PROXY TCP4 10.0.0.1 10.0.0.2 x 2",
                "GET / HTTP/1.1",
                "\r\n\r\nGET / HTTP/1.1",
            })
    void textThatIsNoneIsRefused(String line) {
        var in = Pieces.input(line + "\r\n\r\n");

        assertThatExceptionOfType(BadMessage.class).isThrownBy(() -> ProxyHeader.read(in));
    }

    @Test
    void mutatedHeadersAreReadOrRefusedAlikeInAnyPieces() {
        var random = new Random(1);
        var mutations = new Mutations(CORPUS, random);

        for (int i = 0; i < 20_000; i++) {
            var bytes = mutations.next();

            assertThat(outcome(Pieces.random(bytes, random)))
                    .as(Pieces.text(bytes))
                    .isEqualTo(outcome(Pieces.whole(bytes)));
        }
    }

    private static String outcome(Pieces pieces) {
        try {
            return String.valueOf(ProxyHeader.read(new Input(pieces, new byte[16])));
        } catch (BadMessage | EOFException e) {
            return e.toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
