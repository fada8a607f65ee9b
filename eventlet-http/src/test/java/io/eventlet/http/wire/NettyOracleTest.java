// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/// Netty's decoder reads a request as ours does, or there is a reason why not.
@Tag("hub-only") // once is enough
@Timeout(60)
class NettyOracleTest {
    private static final long SEED = Long.getLong("fuzz.seed", 7230);
    private static final int INPUTS = 20_000;
    private static final String CHUNKED =
            "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";

    /// A request that one of the two refuses and the other reads: how the refusal begins, and why
    /// it is so.
    record Difference(String request, String refusal, String reason) {
        @Override
        public String toString() {
            return refusal;
        }
    }

    private static Difference because(String reason, String refusal, String request) {
        return new Difference(request.translateEscapes(), refusal, reason);
    }

    /// What Netty reads and we refuse.
    private static final List<Difference> stricter =
            List.of(
                    because(
                            "a server must refuse it (RFC 9112, 3.2); Netty leaves it to what"
                                    + " stands above",
                            "refused with 400: no Host",
                            "GET / HTTP/1.1\\r\\n\\r\\n"),
                    because(
                            "a server must refuse it (RFC 9112, 3.2); Netty leaves it to what"
                                    + " stands above",
                            "refused with 400: more than one Host",
                            "GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "a server must refuse it (RFC 9112, 3.2); Netty leaves it to what"
                                    + " stands above",
                            "refused with 400: Host is not",
                            "GET / HTTP/1.1\\r\\nHost: a/b\\r\\n\\r\\n"),
                    because(
                            "HTTP's URLs have a host, and no user (RFC 9110, 4.2)",
                            "refused with 400: the host of the target is not one",
                            "GET http://u@a/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "no form of a target (RFC 9112, 3.2); Netty takes any text",
                            "refused with 400: the target is neither",
                            "GET a HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "the form belongs to OPTIONS (RFC 9112, 3.2.4)",
                            "refused with 400: the target * is for OPTIONS",
                            "GET * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "the form belongs to CONNECT (RFC 9112, 3.2.3)",
                            "refused with 400: the target of CONNECT",
                            "CONNECT / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "no URI (RFC 3986, 2.1), and decoders read it differently",
                            "refused with 400: a target with %",
                            "GET /%zz HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "parted by single spaces (RFC 9112, 3); Netty takes white space, and"
                                    + " any bytes as a target",
                            "refused with 400: the request line is not",
                            "GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "parted by single spaces (RFC 9112, 3); Netty takes white space, also"
                                    + " before",
                            "refused with 400: the request line does not begin",
                            "GET\\t/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "it is written in capital letters (RFC 9112, 2.3)",
                            "refused with 400: the request line does not end",
                            "GET / http/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "another protocol; Netty reads any version as if it were 1.1",
                            "refused with 505: HTTP/2 is not spoken here",
                            "GET / HTTP/2.0\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "another protocol; Netty reads any version as if it were 1.1",
                            "refused with 505: HTTP/",
                            "GET / HTTP/3.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "Netty takes some control characters for white space, and any where it"
                                    + " folds",
                            "refused with 400: control character",
                            "GET / \\013HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "Netty takes white space around the size for nothing",
                            "refused with 400: the size of a chunk is not a hexadecimal number",
                            CHUNKED + " 1\\r\\nx\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "Netty skips control characters and white space before a request",
                            "refused with 400: CR without LF before the request line",
                            "\\rGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "Netty skips control characters and white space before a request",
                            "refused with 400: LF without CR in the request line",
                            "\\nGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "a bare CR makes the line invalid (RFC 9112, 2.2)",
                            "refused with 400: CR without LF in the request line",
                            "GET /\\r HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"),
                    because(
                            "a bare CR makes the line invalid (RFC 9112, 2.2)",
                            "refused with 400: CR without LF in a header field",
                            "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: y\\r\\n z\\r\\r\\n\\r\\n"),
                    because(
                            "a server refuses it or puts spaces there (RFC 9112, 5.2); Netty does"
                                    + " that",
                            "refused with 400: a folded header field",
                            "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: y\\r\\n z\\r\\n\\r\\n"),
                    because(
                            "which of the two counts is what smuggling asks (RFC 9112, 6.1); Netty"
                                    + " reads the length if the coding is not chunked",
                            "refused with 400: both Content-Length and Transfer-Encoding",
                            "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:"
                                    + " 1\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\nx"),
                    because(
                            "a server must refuse it (RFC 9112, 6.3); Netty takes the body for"
                                    + " empty",
                            "refused with 400: the last Transfer-Encoding",
                            "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding:"
                                    + " gzip\\r\\n\\r\\n"),
                    because(
                            "the members of the list are read in many ways",
                            "refused with 400: Transfer-Encoding with an empty member",
                            "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: ,"
                                    + " chunked\\r\\n\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "nobody here decodes it; Netty hands it on encoded",
                            "refused with 501: Transfer-Encoding other than chunked",
                            "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip,"
                                    + " chunked\\r\\n\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "which of the two counts is what smuggling asks; Netty reads the first"
                                    + " if it is HTTP/1.0",
                            "refused with 400: more than one Content-Length",
                            "POST / HTTP/1.0\\r\\nContent-Length: 1\\r\\nContent-Length:"
                                    + " 2\\r\\n\\r\\nxx"),
                    because(
                            "some read it as octal",
                            "refused with 400: Content-Length is not a plain number",
                            "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:"
                                    + " 05\\r\\n\\r\\nhello"),
                    because(
                            "no extension (RFC 9112, 7.1.1); Netty hardly looks at them",
                            "refused with 400: what follows the size of a chunk",
                            CHUNKED + "1;\\r\\nx\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "a bare CR makes the line invalid (RFC 9112, 2.2); Netty looks for LF",
                            "refused with 400: CR without LF in the size of a chunk",
                            CHUNKED + "1\\r\\r\\nx\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "a sender must not (RFC 9110, 6.5.1); Netty drops the field",
                            "refused with 400: a trailer that would frame the body",
                            CHUNKED + "0\\r\\nContent-Length: 5\\r\\n\\r\\n"),
                    because(
                            "a server may refuse it (RFC 9110, 10.1.1); in Netty another handler"
                                    + " does",
                            "refused with 417: Expect with another",
                            "POST / HTTP/1.1\\r\\nHost: a\\r\\nExpect: x\\r\\nContent-Length:"
                                    + " 1\\r\\n\\r\\nx"));

    /// What Netty refuses and we read.
    private static final List<Difference> laxer =
            List.of(
                    because(
                            "a quoted value may have bytes beyond ASCII (RFC 9110, 5.6.4), which"
                                    + " Netty trips over",
                            "IndexOutOfBoundsException: bitIndex < 0",
                            CHUNKED + "1;a=\"\u00ff\"\\r\\nx\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "a tab is white space too (RFC 9110, 5.6.3)",
                            "InvalidChunkExtensionException",
                            CHUNKED + "1;a=b\\t;c\\r\\nx\\r\\n0\\r\\n\\r\\n"),
                    because(
                            "a higher minor version is read as 1.1 (RFC 9110, 2.5)",
                            "TransferEncodingNotAllowedException",
                            "POST / HTTP/1.2\\r\\nHost: a\\r\\nTransfer-Encoding:"
                                    + " chunked\\r\\n\\r\\n0\\r\\n\\r\\n"));

    private static Reading ours(byte[] request) throws IOException {
        return Reading.ofRequests(
                new Input(Pieces.whole(request), new byte[4096]), Limits.DEFAULT, 4096);
    }

    private static List<NettyReading.Request> whole(Reading reading) {
        return reading.wholeOnes().messages().stream().map(NettyReading.Request::of).toList();
    }

    @ParameterizedTest
    @FieldSource("stricter")
    void nettyReadsWhatIsRefusedHereForAReason(Difference difference) throws IOException {
        var request = Pieces.bytes(difference.request);

        var reading = ours(request);

        assertThat(reading.end()).as(difference.reason).startsWith(difference.refusal);
        assertThat(reading.whole()).isZero();
        assertThat(NettyReading.of(request).requests()).hasSize(1);
    }

    @ParameterizedTest
    @FieldSource("laxer")
    void nettyRefusesWhatIsReadHereForAReason(Difference difference) throws IOException {
        var request = Pieces.bytes(difference.request);

        var netty = NettyReading.of(request);

        assertThat(netty.refusal()).as(difference.reason).startsWith(difference.refusal);
        assertThat(netty.requests()).isEmpty();
        assertThat(ours(request).whole()).isOne();
    }

    @ParameterizedTest
    @FieldSource("io.eventlet.http.wire.Corpus#REQUESTS")
    void requestIsReadAsNettyDoesOrThereIsAReason(String request) throws IOException {
        assertThat(unexplained(Pieces.bytes(request))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\\nHost: a\\n\\n",
                "GET / HTTP/1.1\\r\\nHost : a\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: a\\0b\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: a\\rb\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n: x\\r\\n\\r\\n",
                "GET /\\r\\nHost: a\\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1\\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +1\\r\\n\\r\\nx",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length:"
                        + " 2\\r\\n\\r\\nxx",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nTransfer-Encoding:"
                        + " chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "POST / HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                CHUNKED + "-1\\r\\nx\\r\\n0\\r\\n\\r\\n",
                CHUNKED + "0x1\\r\\nx\\r\\n0\\r\\n\\r\\n",
                CHUNKED + "1\\r\\nxy\\r\\n0\\r\\n\\r\\n",
            })
    void nettyRefusesThisToo(String escaped) throws IOException {
        var request = Pieces.bytes(escaped.translateEscapes());

        assertThat(ours(request).end()).startsWith("refused");
        assertThat(NettyReading.of(request).refusal()).isNotNull();
    }

    @Test
    void mutatedRequestsAreReadAsNettyDoesOrThereIsAReason() throws IOException {
        var mutations = new Mutations(Corpus.REQUESTS, new Random(SEED));

        for (int i = 0; i < INPUTS; i++) {
            var request = mutations.next();
            var why = unexplained(request);
            if (why != null) {
                throw new AssertionError("input %d of seed %d: %s".formatted(i, SEED, why));
            }
        }
    }

    private static @Nullable String unexplained(byte[] request) throws IOException {
        var reading = ours(request);
        var netty = NettyReading.of(request);
        var whole = whole(reading);
        int both = Math.min(whole.size(), netty.requests().size());
        var text = Pieces.text(request);
        if (!whole.subList(0, both).equals(netty.requests().subList(0, both))) {
            return "%s is read as %s, and by Netty as %s".formatted(text, whole, netty.requests());
        }
        if (whole.size() < netty.requests().size()) {
            return has(stricter, reading.end()) ? null : text + " is " + reading.end();
        }
        if (whole.size() > netty.requests().size()) {
            var refusal = String.valueOf(netty.refusal());
            return has(laxer, refusal) ? null : text + " is by Netty " + refusal;
        }
        return null;
    }

    private static boolean has(List<Difference> differences, String refusal) {
        return differences.stream().anyMatch(known -> refusal.startsWith(known.refusal));
    }
}
