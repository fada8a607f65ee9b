// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.checks;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A file with checksums of others, as `sha256sum` and its kin write it (`SHA256SUMS`,
/// `md5sum.txt`, `name.sha256`), in GNU's form or BSD's.
final class ChecksumFile {
    private static final Pattern NAMES =
            Pattern.compile(
                    "(md5|sha(1|224|256|384|512)?)-?(sums?)([._-](txt|asc))?|checksums?([._-].*)?"
                            + "|.+\\.(md5|sha(1|224|256|384|512))(sums?)?([._-]txt)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern ALGORITHM =
            Pattern.compile("(md5|sha(1|224|256|384|512))", Pattern.CASE_INSENSITIVE);
    private static final Pattern GNU =
            Pattern.compile("(\\\\?)([0-9A-Fa-f]{32,128})(?: [ *]|\\s+)(\\S.*)");
    private static final Pattern BSD =
            Pattern.compile("(\\\\?)([A-Za-z0-9-]+)\\s*\\((.+)\\)\\s*=\\s*([0-9A-Fa-f]{32,128})");
    private static final Pattern BARE = Pattern.compile("([0-9A-Fa-f]{32,128})");

    private static final int LONGEST = 64 << 10; // bytes of a line

    private ChecksumFile() {}

    /// A file by its path from where the list is, with slashes.
    record Line(String path, Checksum checksum) {}

    static boolean isOne(String name) {
        return NAMES.matcher(name).matches();
    }

    /// Gives out what a list says, line by line, as it may be longer than there is memory for.
    /// Lines that say nothing are passed over, and those of more than 64 KiB, which name no file.
    ///
    /// @param name of the file, which says how the checksums are computed, and what of, if they
    ///   themselves do not
    static void read(String name, InputStream list, Consumer<? super Line> each)
            throws IOException {
        var in = new BufferedInputStream(list);
        var bytes = new ByteArrayOutputStream();
        boolean isTooLong = false;
        int b;
        do {
            b = in.read();
            if (b >= 0 && b != '\n') {
                isTooLong |= bytes.size() == LONGEST;
                if (!isTooLong) {
                    bytes.write(b);
                }
                continue;
            }
            var read =
                    isTooLong ? null : line(name, bytes.toString(StandardCharsets.UTF_8).strip());
            if (read != null) {
                each.accept(read);
            }
            bytes.reset();
            isTooLong = false;
        } while (b >= 0);
    }

    private static @Nullable Line line(String name, String line) {
        var gnu = GNU.matcher(line);
        if (gnu.matches()) {
            return line(null, gnu.group(2), unescaped(gnu.group(3), !gnu.group(1).isEmpty()));
        }
        var bsd = BSD.matcher(line);
        if (bsd.matches()) {
            return line(
                    Checksum.Algorithm.named(bsd.group(2)),
                    bsd.group(4),
                    unescaped(bsd.group(3), !bsd.group(1).isEmpty()));
        }
        var ending = ALGORITHM.matcher(name);
        int dot = name.lastIndexOf('.');
        if (BARE.matcher(line).matches() && dot > 0 && ending.find(dot)) {
            return line(null, line, name.substring(0, dot));
        }
        return null;
    }

    private static @Nullable Line line(Checksum.@Nullable Algorithm said, String hex, String path) {
        if (hex.length() % 2 != 0) {
            return null;
        }
        var algorithm = said != null ? said : Checksum.Algorithm.ofLength(hex.length() / 2);
        var checksum =
                algorithm == null
                        ? null
                        : Checksum.of(
                                algorithm, HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT)));
        return checksum == null ? null : new Line(path, checksum);
    }

    private static String unescaped(String path, boolean escaped) {
        return escaped
                ? path.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")
                : path;
    }
}
