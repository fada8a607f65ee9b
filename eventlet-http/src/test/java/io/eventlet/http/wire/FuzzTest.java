// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.io.IOException;
import java.util.Random;

/// What is read does not depend on how it comes in pieces; nothing but
/// [io.eventlet.http.BadMessage] and an early end comes out; and what was accepted is the same when
/// it is sent on.
///
/// `-Dfuzz.seed=` begins elsewhere, `-Dfuzz.inputs=` says how many inputs the long run has.
@Timeout(60)
class FuzzTest {
    private static final long SEED = Long.getLong("fuzz.seed", 9112);
    private static final int SHORT_RUN = 50_000;
    private static final int LONG_RUN = Integer.getInteger("fuzz.inputs", 10_000_000);
    private static final Limits SMALL = new Limits(64, 48, 5, 160);

    private interface Reader {
        Reading read(Input in, Limits limits, int piece) throws IOException;
    }

    @ParameterizedTest
    @FieldSource("io.eventlet.http.wire.Corpus#REQUESTS")
    void requestIsReadAlikeInAnyPieces(String request) throws IOException {
        check(Reading::ofRequests, Pieces.bytes(request), new Random(SEED));
    }

    @ParameterizedTest
    @FieldSource("io.eventlet.http.wire.Corpus#RESPONSES")
    void responseIsReadAlikeInAnyPieces(String response) throws IOException {
        check(Reading::ofResponses, Pieces.bytes(response), new Random(SEED));
        check(Reading::ofOddResponses, Pieces.bytes(response), new Random(SEED));
    }

    @Test
    void mutatedMessagesAreReadAlikeInAnyPieces() {
        fuzz(SHORT_RUN);
    }

    @Test
    @Tag("stress")
    @Tag("hub-only") // once is enough
    @Timeout(7200)
    void tenMillionMutatedMessagesAreReadAlikeInAnyPieces() {
        fuzz(LONG_RUN);
    }

    private static void fuzz(int inputs) {
        var random = new Random(SEED);
        var ofRequests = new Mutations(Corpus.REQUESTS, random);
        var ofResponses = new Mutations(Corpus.RESPONSES, random);
        for (int i = 0; i < inputs; i++) {
            int kind = random.nextInt(6);
            var input = (kind < 2 ? ofResponses : ofRequests).next();
            try {
                check(reader(kind), input, random);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "input %d of seed %d, kind %d: %s"
                                .formatted(i, SEED, kind, Pieces.text(input)),
                        e);
            }
        }
    }

    private static Reader reader(int kind) {
        return switch (kind) {
            case 0 -> Reading::ofResponses;
            case 1 -> Reading::ofOddResponses;
            default -> Reading::ofRequests;
        };
    }

    private static void check(Reader reader, byte[] bytes, Random random) throws IOException {
        var limits = random.nextInt(4) == 0 ? SMALL : Limits.DEFAULT;
        var whole = reader.read(new Input(Pieces.whole(bytes), new byte[4096]), limits, 4096);
        var single = reader.read(new Input(Pieces.single(bytes), new byte[1]), limits, 0);
        var split =
                reader.read(
                        new Input(Pieces.random(bytes, random), new byte[1 + random.nextInt(64)]),
                        limits,
                        1 + random.nextInt(16));

        assertSame(single, whole);
        assertSame(split, whole);
        var again = Pieces.random(whole.written(), random);
        var read = reader.read(new Input(again, new byte[64]), Limits.DEFAULT, 64);
        assertSame(read, whole.wholeOnes()); // unfolded, a line may be longer than a small limit
    }

    /// The library's way to compare is slow, and is only asked when there is something to show.
    private static void assertSame(Reading one, Reading other) {
        if (!one.equals(other)) {
            assertThat(one).isEqualTo(other);
        }
    }
}
