// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import org.h2.mvstore.DataUtils;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What the beginning of a file of MVStore says of the rest.
///
/// It is there twice, each in a block of its own, so that one is whole whenever the process ends.
/// What MVStore opens is that version or a later one; of a file that was cut off it takes whatever
/// older one it finds, down to an empty one.
final class StateHeader {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 2;
    private static final Pattern HEADER =
            Pattern.compile("(H:[^\\x00-\\x1f]{1,500}?),fletcher:([0-9a-f]{1,8})\\b");
    private static final Pattern VERSION = Pattern.compile(",version:([0-9a-f]{1,15})(?:,|$)");

    private StateHeader() {}

    /// The version that the file has at least; -1 if it says none, or cannot be read.
    static long version(Path file) {
        byte[] beginning;
        try (var in = Files.newInputStream(file)) {
            beginning = in.readNBytes(BLOCKS * BLOCK);
        } catch (IOException e) { // whoever opens it says why
            return -1;
        }
        long version = -1;
        for (int i = 0; (i + 1) * BLOCK <= beginning.length; i++) {
            version = Math.max(version, version(beginning, i * BLOCK));
        }
        return version;
    }

    private static long version(byte[] bytes, int from) {
        var block = new String(bytes, from, BLOCK, StandardCharsets.ISO_8859_1);
        var header = HEADER.matcher(block);
        if (!header.lookingAt()) {
            return -1;
        }
        int sum = DataUtils.getFletcher32(bytes, from, header.end(1));
        boolean isWhole = sum == Integer.parseUnsignedInt(header.group(2), 16);
        var version = VERSION.matcher(header.group(1));
        return isWhole && version.find() ? Long.parseLong(version.group(1), 16) : -1;
    }
}
