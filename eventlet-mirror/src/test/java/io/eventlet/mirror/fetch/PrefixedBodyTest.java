// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

class PrefixedBodyTest {
    private static InputStream prefixed(String beginning, char next, String rest) {
        return new PrefixedBody(
                beginning.getBytes(US_ASCII),
                next,
                new ByteArrayInputStream(rest.getBytes(US_ASCII)));
    }

    @Test
    void givesTheBeginningTheByteBehindItAndTheRest() throws IOException {
        try (var body = prefixed("abc", 'd', "efg")) {
            assertThat(body.readAllBytes()).asString(US_ASCII).isEqualTo("abcdefg");
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void tellsWhatIsThereOfEachPart() throws IOException {
        try (var body = prefixed("abc", 'd', "efg")) {
            assertThat(body.available()).isEqualTo(7);
            assertThat(body.readNBytes(3)).hasSize(3);
            assertThat(body.available()).isEqualTo(4);
            assertThat(body.read()).isEqualTo('d');
            assertThat(body.available()).isEqualTo(3);
        }
    }

    @Test
    void closesTheRest() throws IOException {
        var closed = new AtomicBoolean();
        var rest =
                new ByteArrayInputStream(new byte[0]) {
                    @Override
                    public void close() {
                        closed.set(true);
                    }
                };

        new PrefixedBody(new byte[1], 0, rest).close();

        assertThat(closed).isTrue();
    }
}
