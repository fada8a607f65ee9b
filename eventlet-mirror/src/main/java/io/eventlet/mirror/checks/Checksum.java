// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.checks;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/// What the bytes of a file come to.
///
/// @param hex in small letters
public record Checksum(Algorithm algorithm, String hex) {
    /// How it is computed, from the weakest to the strongest.
    public enum Algorithm {
        MD5("MD5", 16),
        SHA1("SHA-1", 20),
        SHA224("SHA-224", 28),
        SHA256("SHA-256", 32),
        SHA384("SHA-384", 48),
        SHA512("SHA-512", 64);

        private final String standardName;
        private final int bytes;

        Algorithm(String standardName, int bytes) {
            this.standardName = standardName;
            this.bytes = bytes;
        }

        public MessageDigest digest() {
            try {
                return MessageDigest.getInstance(standardName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // the JDK has them all
            }
        }

        int bytes() {
            return bytes;
        }

        /// By a name such as `SHA-256` or `sha256`; null if it is none of these.
        static @Nullable Algorithm named(String name) {
            var plain = name.replace("-", "").toUpperCase(Locale.ROOT);
            for (var algorithm : values()) {
                if (algorithm.name().equals(plain)) {
                    return algorithm;
                }
            }
            return plain.equals("SHA") ? SHA1 : null;
        }

        /// By the length of what it comes to, in bytes; null if there is none.
        static @Nullable Algorithm ofLength(int bytes) {
            for (var algorithm : values()) {
                if (algorithm.bytes == bytes) {
                    return algorithm;
                }
            }
            return null;
        }
    }

    public Checksum {
        Objects.requireNonNull(algorithm);
        if (hex.length() != 2 * algorithm.bytes) {
            throw new IllegalArgumentException("not of %s: %s".formatted(algorithm, hex));
        }
    }

    /// For a line of a file; what [#restored] reads.
    public String stored() {
        return algorithm + " " + hex;
    }

    /// What was stored; null if that is none.
    public static @Nullable Checksum restored(String stored) {
        try {
            var parts = stored.split(" ", 2);
            return parts.length < 2
                    ? null
                    : new Checksum(Algorithm.valueOf(parts[0]), parts[1].strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Null if there are too many or too few bytes for it.
    static @Nullable Checksum of(Algorithm algorithm, byte[] bytes) {
        return bytes.length == algorithm.bytes
                ? new Checksum(algorithm, HexFormat.of().formatHex(bytes))
                : null;
    }

    /// Whether a digest, which begins anew by that, has come to this.
    public boolean isOf(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest()).equals(hex);
    }
}
