// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What two peers have agreed on for `permessage-deflate` (RFC 7692, 7.1), as one of them sees it:
/// whether what this one sends may refer to earlier messages, how far back in bits, and whether
/// what the other sends may.
record Deflation(boolean keepsOwn, int ownWindowBits, boolean keepsPeers) {
    static final int MOST_BITS = 15;

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
    private static final String SERVER_BITS = "server_max_window_bits";
    private static final String CLIENT_BITS = "client_max_window_bits";
    private static final Set<String> PARAMETERS =
            Set.of(SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT, SERVER_BITS, CLIENT_BITS);

    /// What a server answers to the first offer that it can accept; null if there is none.
    static @Nullable Deflation accepted(List<Extension> offers, Compression compression) {
        if (compression == Compression.NONE) {
            return null;
        }
        for (var offer : offers) {
            if (!offer.name().equals(NAME) || !isValid(offer.parameters(), true)) {
                continue;
            }
            var asked = offer.parameters();
            boolean keep = compression == Compression.WITH_CONTEXT;
            return new Deflation(
                    keep && !asked.containsKey(SERVER_NO_CONTEXT),
                    bits(asked, SERVER_BITS),
                    keep && !asked.containsKey(CLIENT_NO_CONTEXT));
        }
        return null;
    }

    /// The field of a server's response.
    String response() {
        var response = new StringBuilder(NAME);
        if (!keepsOwn) {
            response.append("; ").append(SERVER_NO_CONTEXT);
        }
        if (!keepsPeers) {
            response.append("; ").append(CLIENT_NO_CONTEXT);
        }
        if (ownWindowBits < MOST_BITS) {
            response.append("; ").append(SERVER_BITS).append('=').append(ownWindowBits);
        }
        return response.toString();
    }

    /// The field of a client's request; null if it offers nothing.
    static @Nullable String offer(Compression compression) {
        return switch (compression) {
            case NONE -> null;
            case EACH_MESSAGE ->
                    String.join("; ", NAME, SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT, CLIENT_BITS);
            case WITH_CONTEXT -> String.join("; ", NAME, CLIENT_BITS);
        };
    }

    /// What a client has agreed on by a server's answer to its offer; null if it is no answer to
    /// that.
    static @Nullable Deflation agreed(Extension answer, Compression offered) {
        var given = answer.parameters();
        boolean isAnswer =
                offered != Compression.NONE
                        && answer.name().equals(NAME)
                        && isValid(given, false)
                        && (offered == Compression.WITH_CONTEXT
                                || given.containsKey(SERVER_NO_CONTEXT));
        if (!isAnswer) {
            return null;
        }
        boolean keep = offered == Compression.WITH_CONTEXT;
        return new Deflation(
                keep && !given.containsKey(CLIENT_NO_CONTEXT),
                bits(given, CLIENT_BITS),
                keep && !given.containsKey(SERVER_NO_CONTEXT));
    }

    private static boolean isValid(Map<String, String> parameters, boolean offer) {
        return PARAMETERS.containsAll(parameters.keySet())
                && parameters.getOrDefault(SERVER_NO_CONTEXT, "").isEmpty()
                && parameters.getOrDefault(CLIENT_NO_CONTEXT, "").isEmpty()
                && isWindow(parameters.get(SERVER_BITS))
                && (isWindow(parameters.get(CLIENT_BITS))
                        || (offer && "".equals(parameters.get(CLIENT_BITS))));
    }

    private static boolean isWindow(@Nullable String bits) {
        return bits == null || bits.matches("[89]|1[0-5]");
    }

    private static int bits(Map<String, String> parameters, String name) {
        var bits = parameters.getOrDefault(name, "");
        return bits.isEmpty() ? MOST_BITS : Integer.parseInt(bits);
    }
}
