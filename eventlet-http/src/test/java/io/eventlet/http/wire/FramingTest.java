// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9112, 6 and 9.3: each way to smuggle a request in is refused.
@Timeout(60)
class FramingTest {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;

    private static long length(String... headers) throws BadMessage {
        return Framing.of(Headers.of(headers), 1).length();
    }

    private static void assertRefused(int status, int minor, String... headers) {
        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(() -> Framing.of(Headers.of(headers), minor))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }

    @Test
    void messageWithoutLengthOrCodingGivesNone() throws BadMessage {
        assertThat(length()).isEqualTo(Framing.NOT_GIVEN);
        assertThat(length("X-Content-Length", "5", "Content-Lengths", "6", "Content_Length", "7"))
                .isEqualTo(Framing.NOT_GIVEN);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 2_147_483_648L, 999_999_999_999_999_999L})
    void lengthIsANumber(long length) throws BadMessage {
        assertThat(length("content-LENGTH", Long.toString(length))).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "-0",
                "+3",
                "1_0",
                "0x5",
                "0o5",
                "5a",
                "a",
                "5 5",
                "5, 5",
                "5,6",
                "5;",
                "5.0",
                "1e3",
                "05",
                "00",
                "0200",
                "1000000000000000000",
                "9223372036854775808",
                "18446744073709551616",
                "99999999999999999999999999",
                "²",
                "5\u00a0"
            })
    void lengthThatIsNoPlainNumberIsRefused(String length) {
        assertRefused(BAD_REQUEST, 1, "Content-Length", length);
        assertRefused(BAD_REQUEST, 0, "Content-Length", length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "6"})
    void secondLengthIsRefused(String length) {
        assertRefused(BAD_REQUEST, 1, "Content-Length", "5", "content-length", length);
        assertRefused(BAD_REQUEST, 1, "Content-Length", "5", "A", "b", "Content-Length", length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
    void codingInChunksIsKnownInAnyCase(String coding) throws BadMessage {
        assertThat(length("transfer-ENCODING", coding)).isEqualTo(Framing.CHUNKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                ", chunked",
                "chunked,",
                "chunked, ,",
                "gzip",
                "identity",
                "xchunked",
                "chunkedx",
                "chunked, gzip",
                "chunked, chunked",
                "chunked, identity",
                "chunked;q=1",
                "chunked; a=b",
                "\"chunked\"",
                "'chunked'",
                "chunked chunked",
                "chunked\u00a0",
                "chunked\u0085",
                "gzip chunked",
                "gzip;chunked",
                "ch\u00fcnked"
            })
    void codingThatDoesNotEndInOneOfChunksIsRefused(String coding) {
        assertRefused(BAD_REQUEST, 1, "Transfer-Encoding", coding);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "identity, chunked", "x,y ,\tchunked"})
    void codingBeforeThatInChunksIsNotImplemented(String coding) {
        assertRefused(NOT_IMPLEMENTED, 1, "Transfer-Encoding", coding);
    }

    @ParameterizedTest
    @CsvSource({
        "chunked, chunked, 400",
        "chunked, identity, 400",
        "chunked, '', 400",
        "'', chunked, 400",
        "identity, chunked, 501",
        "gzip, chunked, 501",
    })
    void codingsOfTwoFieldsCountTogether(String one, String other, int status) {
        assertRefused(status, 1, "Transfer-Encoding", one, "Transfer-Encoding", other);
        assertRefused(status, 1, "Transfer-Encoding", one, "A", "b", "transfer-encoding", other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "identity", "xchunked", "gzip, chunked"})
    void bothLengthAndCodingAreRefused(String coding) {
        assertRefused(BAD_REQUEST, 1, "Content-Length", "5", "Transfer-Encoding", coding);
        assertRefused(BAD_REQUEST, 1, "Transfer-Encoding", coding, "Content-Length", "0");
    }

    @Test
    void codingInHttp10IsRefused() {
        assertRefused(BAD_REQUEST, 0, "Transfer-Encoding", "chunked");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, -, true",
                "1, keep-alive, true",
                "1, close, false",
                "1, Close, false",
                "1, 'keep-alive, close', false",
                "1, 'Upgrade,close', false",
                "1, closed, true",
                "2, -, true",
                "0, -, false",
                "0, keep-alive, true",
                "0, 'a, Keep-Alive', true",
                "0, 'keep-alive, close', false",
                "0, close, false",
            })
    void connectionIsKeptAsVersionAndFieldSay(int minor, String connection, boolean kept)
            throws BadMessage {
        var headers = connection == null ? Headers.empty() : Headers.of("Connection", connection);

        assertThat(Framing.of(headers, minor).keepAlive()).isEqualTo(kept);
    }

    @Test
    void closeCountsInAnyFieldOfConnection() throws BadMessage {
        var headers = Headers.of("Connection", "keep-alive", "Connection", "x, close");

        assertThat(Framing.of(headers, 1).keepAlive()).isFalse();
    }
}
