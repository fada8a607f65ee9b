// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// User and password by digest (RFC 7616). The nonce of a server is used as long as it likes it.
final class DigestAuthentication implements Authentication {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 16;
    private static final int MOST_NONCES = 100; // whose uses are known

    private final String user;
    private final String password;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Challenge challenge; // under lock, as the next
    private final Map<String, Integer> uses = new LinkedHashMap<>(); // by nonce, the last ones

    DigestAuthentication(String user, String password) {
        this.user = Objects.requireNonNull(user);
        this.password = Objects.requireNonNull(password);
    }

    @Override
    public @Nullable String credentials(String method, String target, List<String> challenges) {
        return credentials(method, target, challenges, null);
    }

    /// @param sent what the request had that was answered with the challenges; null if nothing
    @Nullable String credentials(
            String method, String target, List<String> challenges, @Nullable String sent) {
        Challenge asked;
        int use;
        lock.lock();
        try {
            if (!challenges.isEmpty()) {
                var next = usable(Challenge.of(challenges));
                if (next == null || isRefusal(next, sent)) {
                    return null;
                }
                challenge = next;
            }
            asked = challenge;
            if (asked == null) {
                return null;
            }
            use = use(nonceOf(asked));
        } finally {
            lock.unlock();
        }
        return answer(asked, use, method, target, nonce());
    }

    /// How often a nonce has been used, with this time. A server that counts takes no number twice,
    /// and may give out a nonce again after others.
    private int use(String nonce) {
        if (uses.size() == MOST_NONCES && !uses.containsKey(nonce)) {
            uses.remove(uses.keySet().iterator().next());
        }
        return uses.merge(nonce, 1, Integer::sum);
    }

    /// Whether a server says that not the password was wrong, but the nonce too old, or used up.
    static boolean isStale(List<String> challenges) {
        return Challenge.of(challenges).stream().anyMatch(DigestAuthentication::isStale);
    }

    private static boolean isStale(Challenge challenge) {
        return challenge.scheme().equals("digest")
                && challenge.parameters().getOrDefault("stale", "").equalsIgnoreCase("true");
    }

    /// Whether the password was wrong: the nonce that was sent again, and it is not stale. Another
    /// request may have used it first.
    private static boolean isRefusal(Challenge next, @Nullable String sent) {
        return sent != null
                && sent.contains(", nonce=" + quoted(nonceOf(next)) + ",")
                && !isStale(next);
    }

    private static String nonceOf(Challenge challenge) {
        return challenge.parameters().getOrDefault("nonce", "");
    }

    private static String nonce() {
        var bytes = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// The first that we can answer: servers put the best one first.
    private static @Nullable Challenge usable(List<Challenge> challenges) {
        for (var one : challenges) {
            var qop = one.parameters().get("qop");
            if (one.scheme().equals("digest")
                    && algorithm(one) != null
                    && one.parameters().containsKey("nonce")
                    && (qop == null || hasAuth(qop))) {
                return one;
            }
        }
        return null;
    }

    private static boolean hasAuth(String qop) {
        for (var option : qop.split(",", -1)) {
            if (option.strip().equalsIgnoreCase("auth")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String algorithm(Challenge challenge) {
        var name = challenge.parameters().getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
        return switch (name) {
            case "MD5", "MD5-SESS" -> "MD5";
            case "SHA-256", "SHA-256-SESS" -> "SHA-256";
            case "SHA-512-256", "SHA-512-256-SESS" -> "SHA-512/256";
            default -> null;
        };
    }

    String answer(Challenge asked, int use, String method, String target, String cnonce) {
        var parameters = asked.parameters();
        var algorithm = Objects.requireNonNull(algorithm(asked));
        var realm = parameters.getOrDefault("realm", "");
        var nonce = nonceOf(asked);
        var name = parameters.get("algorithm");
        var secret = hash(algorithm, user + ":" + realm + ":" + password);
        if (name != null && name.toUpperCase(Locale.ROOT).endsWith("-SESS")) {
            secret = hash(algorithm, secret + ":" + nonce + ":" + cnonce);
        }
        var request = hash(algorithm, method + ":" + target);
        boolean qop = parameters.containsKey("qop");
        var count = "%08x".formatted(use);
        var response =
                hash(
                        algorithm,
                        qop
                                ? String.join(":", secret, nonce, count, cnonce, "auth", request)
                                : String.join(":", secret, nonce, request));
        boolean hashed = "true".equalsIgnoreCase(parameters.get("userhash"));
        var value = new StringBuilder("Digest ");
        value.append(named(hashed ? hash(algorithm, user + ":" + realm) : user, hashed));
        value.append(", realm=").append(quoted(realm));
        value.append(", nonce=").append(quoted(nonce));
        value.append(", uri=").append(quoted(target));
        value.append(", response=").append(quoted(response));
        if (name != null) {
            value.append(", algorithm=").append(name);
        }
        if (qop) {
            value.append(", qop=auth, nc=").append(count);
            value.append(", cnonce=").append(quoted(cnonce));
        }
        if (parameters.containsKey("opaque")) {
            value.append(", opaque=").append(quoted(parameters.getOrDefault("opaque", "")));
        }
        if (hashed) {
            value.append(", userhash=true");
        }
        return value.toString();
    }

    private static String named(String name, boolean hashed) {
        boolean plain = hashed || name.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (plain) {
            return "username=" + quoted(name);
        }
        var value = new StringBuilder("username*=UTF-8''");
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean letter = Character.isLetterOrDigit(b) && b > 0;
            value.append(letter ? String.valueOf((char) b) : "%%%02X".formatted(b));
        }
        return value.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String hash(String algorithm, String text) {
        try {
            var digest = MessageDigest.getInstance(algorithm);
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no " + algorithm, e);
        }
    }
}
