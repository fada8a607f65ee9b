// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.net.differential.Operations.Operation;
import io.eventlet.net.differential.Scene.Kind;
import io.eventlet.testing.MemoryNetwork;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Green sockets and those of the JDK, beside each other: every operation in every state, and rows
/// of operations at random, from seeds.
@Timeout(120)
@ExtendWith(NoLeaks.class)
class DifferentialTest {
    private static final int ROWS = 300;
    private static final int MANY_ROWS = 5000;
    private static final int LENGTH = 12;

    private static List<List<Operation>> inEveryState(
            List<Operation> operations, Map<String, List<String>> states) {
        var rows = new ArrayList<List<Operation>>();
        for (var state : states.values()) {
            for (var operation : operations) {
                var row = new ArrayList<Operation>();
                for (var name : state) {
                    row.add(Operations.named(name));
                }
                row.add(operation);
                rows.add(row);
            }
        }
        return rows;
    }

    /// Rows that mostly begin with a connection, and in which a third is done by the peer.
    private static List<List<Operation>> atRandom(int count) {
        var ofSockets = Operations.ofSockets();
        var ofPeers = Operations.ofPeers();
        var rows = new ArrayList<List<Operation>>();
        for (int seed = 0; seed < count; seed++) {
            var random = new Random(seed);
            var row = new ArrayList<Operation>();
            if (random.nextInt(10) > 0) {
                row.add(Operations.named("connect"));
            }
            while (row.size() < LENGTH) {
                var from = random.nextInt(3) == 0 ? ofPeers : ofSockets;
                row.add(from.get(random.nextInt(from.size())));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<Difference> differences(Kind kind, List<List<Operation>> rows)
            throws Exception {
        var found = new ArrayList<Difference>();
        for (var row : rows) {
            var difference = Difference.first(kind, row);
            if (difference != null) {
                found.add(difference);
            }
        }
        return found;
    }

    private static List<Difference> inMemory(List<List<Operation>> rows) throws Exception {
        for (var row : rows) {
            var ignored = Transcript.ofJdk(row); // here: on a hub each wait of the JDK's costs more
        }
        try (var hub = new MemoryNetwork().startHub("memory")) {
            return Eventlet.<List<Difference>>spawnOn(hub, () -> differences(Kind.MEMORY, rows))
                    .await();
        }
    }

    @Test
    void socketsAnswerAlikeInEveryState() throws Exception {
        assertThat(
                        differences(
                                Kind.GREEN,
                                inEveryState(Operations.ofSockets(), States.ofSockets())))
                .isEmpty();
    }

    @Test
    void listenersAnswerAlikeInEveryState() throws Exception {
        assertThat(
                        differences(
                                Kind.GREEN,
                                inEveryState(Operations.ofListeners(), States.ofListeners())))
                .isEmpty();
    }

    @Test
    void socketsAnswerAlikeInRowsAtRandom() throws Exception {
        assertThat(differences(Kind.GREEN, atRandom(ROWS))).isEmpty();
    }

    @Test
    @Tag("stress")
    void socketsAnswerAlikeInManyRowsAtRandom() throws Exception {
        assertThat(differences(Kind.GREEN, atRandom(MANY_ROWS))).isEmpty();
    }

    @Test
    @Tag("hub-only")
    void socketsInMemoryAnswerAlikeInEveryState() throws Exception {
        assertThat(inMemory(inEveryState(Operations.ofSockets(), States.ofSockets()))).isEmpty();
    }

    @Test
    @Tag("hub-only")
    void listenersInMemoryAnswerAlikeInEveryState() throws Exception {
        assertThat(inMemory(inEveryState(Operations.ofListeners(), States.ofListeners())))
                .isEmpty();
    }

    @Test
    @Tag("hub-only")
    void socketsInMemoryAnswerAlikeInRowsAtRandom() throws Exception {
        assertThat(inMemory(atRandom(ROWS))).isEmpty();
    }

    @Test
    void documentHasTheSameListOfDeviations() throws Exception {
        String document = Files.readString(Path.of("../docs/sockets.md"));
        String list =
                document.substring(
                        document.indexOf("## Differences from java.net"),
                        document.indexOf("## TLS"));
        var items =
                list.lines()
                        .filter(line -> line.startsWith("- "))
                        .map(line -> line.substring(2))
                        .toList();

        assertThat(items).hasSameSizeAs(Deviation.values());
        for (var deviation : Deviation.values()) {
            assertThat(items).anyMatch(item -> item.startsWith(deviation.text));
        }
    }
}
