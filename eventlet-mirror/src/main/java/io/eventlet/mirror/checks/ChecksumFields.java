// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.checks;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.util.Base64;
import java.util.regex.Pattern;

/// The checksum that a server sends along with a file: `Repr-Digest` and `Content-Digest` (RFC
/// 9530), `Digest` (RFC 3230), `Content-MD5` (RFC 1864).
public final class ChecksumFields {
    private static final Pattern STRUCTURED =
            Pattern.compile("([a-z0-9*_.-]+)\\s*=\\s*:([A-Za-z0-9+/=]*):");
    private static final Pattern OLD = Pattern.compile("([A-Za-z0-9-]+)=([A-Za-z0-9+/]+={0,2})");

    private ChecksumFields() {}

    /// The strongest of those that are said of the whole file; null if there is none that can be
    /// computed. What is no checksum is passed over.
    ///
    /// @param whole whether the answer has the whole file, so that what is said of its body is said
    ///   of that
    public static @Nullable Checksum of(Headers headers, boolean whole) {
        var strongest = stronger(null, headers, "Repr-Digest", STRUCTURED);
        strongest = stronger(strongest, headers, "Digest", OLD);
        if (whole) {
            strongest = stronger(strongest, headers, "Content-Digest", STRUCTURED);
            var md5 = headers.get("Content-MD5");
            if (strongest == null && md5 != null) {
                strongest = checksum("md5", md5.strip());
            }
        }
        return strongest;
    }

    private static @Nullable Checksum stronger(
            @Nullable Checksum known, Headers headers, String field, Pattern form) {
        var strongest = known;
        for (var value : headers.all(field)) {
            var member = form.matcher(value);
            while (member.find()) {
                var checksum = checksum(member.group(1), member.group(2));
                if (checksum != null
                        && (strongest == null
                                || checksum.algorithm().compareTo(strongest.algorithm()) > 0)) {
                    strongest = checksum;
                }
            }
        }
        return strongest;
    }

    private static @Nullable Checksum checksum(String name, String base64) {
        var algorithm = Checksum.Algorithm.named(name);
        try {
            return algorithm == null
                    ? null
                    : Checksum.of(algorithm, Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) { // no base64
            return null;
        }
    }
}
