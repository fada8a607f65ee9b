// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Which files got their names lately, in a file that survives a kill at any moment. A frontier
/// saves what it knows now and then only: what was stored in between is found here by the next
/// process, and not fetched again.
///
/// A note is written before the file gets its name. It counts only if the file that has the name is
/// the one that it was written for.
final class Journal implements AutoCloseable {
    private static final String BETWEEN = "\t";

    private final Path run; // the number of the run that the notes are of
    private final Path now;
    private final Path before;
    private final Map<String, Note> found; // of earlier processes; concurrent: a hub takes from it
    private FileChannel out; // under lock
    private final AtomicInteger added = new AtomicInteger(); // since notes were forgotten last

    /// @param file its path, relative to the directory of the copy
    /// @param stamp what tells it from any other file
    record Note(String file, String stamp, Version version) {
        private String line(String key) {
            return String.join(BETWEEN, key, escaped(file), stamp, escaped(version.stored()))
                    + "\n";
        }
    }

    private Journal(Path run, Path now, Path before, Map<String, Note> found, FileChannel out) {
        this.run = run;
        this.now = now;
        this.before = before;
        this.found = found;
        this.out = out;
    }

    static Journal open(Path directory) throws IOException {
        var now = directory.resolve("stored");
        var before = directory.resolve("stored-before");
        var found = new ConcurrentHashMap<String, Note>();
        read(before, found);
        read(now, found);
        var out = appending(now);
        if (out.size() > 0) {
            write(out, "\n"); // behind a line that a kill has cut
        }
        return new Journal(directory.resolve("stored-run"), now, before, found, out);
    }

    private static FileChannel appending(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void read(Path file, Map<String, Note> found) throws IOException {
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return;
        }
        int end = text.lastIndexOf('\n'); // what is behind it was cut
        for (var line : text.substring(0, Math.max(end, 0)).split("\n", -1)) {
            var fields = line.split(BETWEEN, -1);
            if (fields.length == 4) {
                var version = Version.restored(unescaped(fields[3]));
                found.put(fields[0], new Note(unescaped(fields[1]), fields[2], version));
            }
        }
    }

    private static void write(FileChannel out, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            var ignored = out.write(bytes);
        }
    }

    synchronized void add(String key, Note note) throws IOException {
        write(out, note.line(key));
        added.incrementAndGet();
    }

    /// How many notes were added since some were forgotten.
    int added() {
        return added.get();
    }

    /// The note of an earlier process, once.
    @Nullable Note take(String key) {
        return found.remove(key);
    }

    /// Has all saved elsewhere, and forgets what was added before the call before this one: what
    /// was added since may not be known there yet.
    void settle(Runnable save) throws IOException {
        save.run();
        rotate();
    }

    private synchronized void rotate() throws IOException {
        out.close();
        Files.move(now, before, StandardCopyOption.REPLACE_EXISTING);
        out = appending(now);
        added.set(0);
        var kept = new StringBuilder(); // nobody has come for these yet
        found.forEach((key, note) -> kept.append(note.line(key)));
        write(out, kept.toString());
    }

    /// Forgets everything.
    synchronized void forget() throws IOException {
        found.clear();
        out.truncate(0);
        Files.deleteIfExists(before);
        added.set(0);
    }

    /// Forgets everything that is not of this run, of which the notes to come are.
    synchronized void ofRun(long number) throws IOException {
        var wanted = Long.toString(number);
        if (!Files.exists(run) || !Files.readString(run).equals(wanted)) {
            forget();
            Files.writeString(run, wanted); // if a kill cuts it, it is no number of this run
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    private static String escaped(String text) {
        return text.indexOf('\\') < 0 && text.indexOf('\t') < 0 && text.indexOf('\n') < 0
                ? text
                : text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    private static String unescaped(String text) {
        var result = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                c =
                        switch (text.charAt(i)) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            default -> text.charAt(i);
                        };
            }
            result.append(c);
        }
        return result.toString();
    }
}
