// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Objects;

/// Reads out of a reply what was asked for. Records of other names are not looked at: nobody has
/// asked for them, and anybody may have put them there.
final class Answers {
    private static final int LONGEST_CHAIN = 16;

    private Answers() {}

    static Answer of(Reply reply) {
        String name = reply.name();
        long seconds = Long.MAX_VALUE;
        for (int links = 0; links <= LONGEST_CHAIN; links++) {
            var values = new ArrayList<>();
            ResourceRecord alias = null;
            for (var one : reply.answers()) {
                if (one.name().equals(name) && one.type() == reply.type()) {
                    values.add(value(one));
                    seconds = Math.min(seconds, one.seconds());
                } else if (one.name().equals(name) && one.type() == RecordType.CNAME) {
                    alias = one;
                }
            }
            if (!values.isEmpty()) {
                return new Answer.Found<>(values, seconds);
            }
            if (alias == null) {
                return links == 0 || isEnd(reply)
                        ? nothing(reply, seconds)
                        : new Answer.Alias(name, seconds);
            }
            name = Objects.requireNonNull(alias.target());
            seconds = Math.min(seconds, alias.seconds());
        }
        return new Answer.Failed("a chain of more than " + LONGEST_CHAIN + " aliases", true);
    }

    private static Object value(ResourceRecord one) {
        return one.address() != null ? one.address() : Objects.requireNonNull(one.target());
    }

    /// Whether the server has followed the aliases, and found nothing at the last.
    private static boolean isEnd(Reply reply) {
        return reply.code() == Reply.NO_SUCH_NAME || soa(reply) != null;
    }

    /// RFC 2308 5: that there is nothing may be kept as long as the SOA record says, and not at all
    /// without one.
    private static Answer nothing(Reply reply, long seconds) {
        var soa = soa(reply);
        long kept = soa == null ? 0 : Math.min(seconds, Math.min(soa.seconds(), soa.minimum()));
        return new Answer.Nothing(reply.code() == Reply.NO_SUCH_NAME, kept);
    }

    private static @Nullable ResourceRecord soa(Reply reply) {
        return reply.authority().stream()
                .filter(one -> one.type() == RecordType.SOA)
                .findFirst()
                .orElse(null);
    }
}
