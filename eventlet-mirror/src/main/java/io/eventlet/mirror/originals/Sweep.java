// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.originals;

import io.eventlet.mirror.place.Place;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/// Deletes the originals of files that are not there any more. The path of an original is a hash of
/// that of its file: so all files of the copy are looked through. Of each original eight bytes are
/// in memory.
final class Sweep {
    private static final int DEPTH = 2; // of a directory and a file
    private static final int DIGITS = 16;
    private static final Pattern OWN_NAME = Pattern.compile("[0-9a-f]{2}.[0-9a-f]{32}");

    private final Originals originals;

    Sweep(Originals originals) {
        this.originals = originals;
    }

    void run() throws IOException {
        try {
            sweep();
        } catch (UncheckedIOException e) { // what cannot be looked through is not swept
            throw e.getCause();
        }
    }

    private void sweep() throws IOException {
        var builder = LongStream.builder();
        eachKept(kept -> builder.add(key(kept)));
        var keys = builder.build().sorted().toArray();
        var there = new BitSet(keys.length);
        eachFile(file -> {
            mark(file, keys, there);
            mark(composed(file), keys, there);
        });
        var swept = new ArrayList<Path>();
        eachKept(kept -> {
            int at = Arrays.binarySearch(keys, key(kept));
            if (at >= 0 && !there.get(at)) {
                swept.add(kept);
            }
        });
        for (var one : swept) {
            Files.delete(one);
        }
    }

    /// Files of other names are not ours.
    private void eachKept(Consumer<? super Path> each) throws IOException {
        try (var files = Files.walk(originals.directory(), DEPTH)) {
            files.filter(file -> OWN_NAME.matcher(name(file)).matches())
                    .filter(Files::isRegularFile)
                    .forEach(each);
        }
    }

    /// Of the copy.
    private void eachFile(Consumer<? super Path> each) throws IOException {
        var root = originals.root();
        var own = root.resolve(Place.OWN);
        try (var files = Files.walk(root)) {
            files.filter(file ->
                            !file.startsWith(own)
                                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(each);
        }
    }

    private void mark(Path file, long[] keys, BitSet there) {
        int at = Arrays.binarySearch(keys, key(originals.kept(file)));
        if (at >= 0) {
            there.set(at);
        }
    }

    /// The form of Unicode that a file may have been given, where the file system has another.
    private Path composed(Path file) {
        var name = originals.root().relativize(file).toString();
        return originals.root().resolve(Normalizer.normalize(name, Normalizer.Form.NFC));
    }

    /// The first digits of the hash in the path of one that is kept.
    private long key(Path kept) {
        var digits = name(kept).replace(File.separator, "");
        return Long.parseUnsignedLong(digits.substring(0, DIGITS), 16);
    }

    private String name(Path kept) {
        return originals.directory().relativize(kept).toString();
    }
}
