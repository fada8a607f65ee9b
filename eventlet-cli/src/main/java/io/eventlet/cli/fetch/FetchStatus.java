// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// The status at the foot of the terminal while a run goes on. Its board's thread asks for it, and
/// pays for counting the URLs of a long file.
final class FetchStatus implements Supplier<List<String>> {
    private static final int GAUGE_COLUMNS = 24;

    private final Tally tally;
    private final List<UrlSource> sources;
    private final Look look;
    private @Nullable OptionalLong total; // the board's thread only

    FetchStatus(Tally tally, List<UrlSource> sources, Look look) {
        this.tally = tally;
        this.sources = sources;
        this.look = look;
    }

    @Override
    public List<String> get() {
        if (total == null) {
            total = total(sources);
        }
        return List.of(line(tally.count(), total, look));
    }

    static String line(Tally.Count count, OptionalLong total, Look look) {
        List<String> parts = new ArrayList<>();
        if (total.isPresent() && total.getAsLong() > 0) {
            double fraction = (double) count.done() / total.getAsLong();
            parts.add(look.accent(look.gauge(fraction, GAUGE_COLUMNS)));
            parts.add(Quantity.count(count.done()) + "/" + Quantity.count(total.getAsLong()));
        } else {
            parts.add(Quantity.count(count.done()) + " done");
        }
        parts.add(Quantity.count(count.running()) + " at once");
        parts.add(Quantity.rate(count.done(), count.elapsed()));
        if (count.failed() > 0) {
            parts.add(look.bad(Quantity.count(count.failed()) + " failed"));
        }
        timeLeft(count, total).ifPresent(parts::add);
        parts.add(Quantity.bytes(count.bytes()));
        return String.join("  ", parts);
    }

    private static Optional<String> timeLeft(Tally.Count count, OptionalLong total) {
        if (total.isEmpty() || count.done() == 0 || count.done() >= total.getAsLong()) {
            return Optional.empty();
        }
        double left = (double) (total.getAsLong() - count.done()) / count.done();
        var time = Duration.ofSeconds(Math.round(left * count.elapsed().toNanos() / 1e9));
        return Optional.of("%d:%02d left".formatted(time.toMinutes(), time.toSecondsPart()));
    }

    private static OptionalLong total(List<UrlSource> sources) {
        long total = 0;
        for (UrlSource source : sources) {
            OptionalLong count = source.count();
            if (count.isEmpty()) {
                return OptionalLong.empty();
            }
            total += count.getAsLong();
        }
        return OptionalLong.of(total);
    }
}
