// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;
import io.eventlet.transport.OpenFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// A file in the state in which it was found: its fields, and its content if that is kept.
final class StoredFile {
    private static final Set<OpenOption> READ =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private static final int SMALL = 1 << 16;

    /// A file that changed a moment ago may change again without another time: the clock of file
    /// systems has steps of up to 10 ms, that of some of 2 s.
    private static final long YOUNG_NANOS = Duration.ofSeconds(2).toNanos();

    /// How long its inode is surely in memory, so that to ask for its attributes blocks nobody.
    private static final long KNOWN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Path path; // as it was asked for
    private final Path real; // without links
    private final long size;
    private final FileTime modified;
    private final @Nullable Object key;
    private final AtomicLong found;
    private final String tag;
    private final Headers headers;
    private final Headers validators;
    private final String coding;
    private final List<StoredFile> variants;
    private final Response head;
    private final Response notModified;
    private final byte @Nullable [] sentPath; // of the kernel; null if it does not send this
    private volatile @Nullable Kept kept; // written under the lock of the cache
    private boolean used; // a hint for the cache; races do no harm
    private final AtomicReference<Reading> reading = new AtomicReference<>(Reading.NEVER);

    /// Whether its content is being read to be kept.
    private enum Reading {
        NEVER, // asked for
        NOT,
        NOW
    }

    /// Its content, and the response that has it.
    record Kept(ResponseBody.Bytes content, Response whole) {}

    /// @param coding what the content is encoded with; empty for nothing
    /// @param representation fields of responses that have its content
    /// @param others fields of all its responses
    /// @param variants the same file with other codings
    StoredFile(
            Path path,
            Path real,
            BasicFileAttributes attributes,
            String coding,
            Headers representation,
            Headers others,
            List<StoredFile> variants) {
        this.path = path;
        this.real = real;
        this.coding = coding;
        this.variants = variants;
        size = attributes.size();
        modified = attributes.lastModifiedTime();
        key = attributes.fileKey();
        sentPath = OpenFile.pathOf(real);
        found = new AtomicLong(System.nanoTime());
        tag =
                "\"%x-%x%s\""
                        .formatted(
                                modified.to(TimeUnit.NANOSECONDS),
                                size,
                                coding.isEmpty() ? "" : "-" + coding);
        var known = Headers.of("ETag", tag);
        if (ageNanos() >= 0) { // a date in the future must not be sent
            known = known.and("Last-Modified", HttpDate.format(modified.toInstant()));
        }
        validators = all(known, others);
        headers = all(representation, validators);
        head = Response.of(200).headers(headers).header("Content-Length", Long.toString(size));
        notModified = Response.of(304).headers(validators);
    }

    private long ageNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis())
                - modified.to(TimeUnit.NANOSECONDS);
    }

    /// The fields of both.
    static Headers all(Headers first, Headers second) {
        var all = new Headers[] {first};
        second.forEach((name, value) -> all[0] = all[0].and(name, value));
        return all[0];
    }

    long size() {
        return size;
    }

    /// Whether it is read as a whole at once.
    boolean isSmall() {
        return size <= SMALL;
    }

    /// The time of its last change in seconds, as dates of HTTP have it.
    long modifiedSecond() {
        return Math.floorDiv(modified.to(TimeUnit.MILLISECONDS), 1000L);
    }

    String tag() {
        return tag;
    }

    String coding() {
        return coding;
    }

    List<StoredFile> variants() {
        return variants;
    }

    /// The fields of a response with its content, or a part of it.
    Headers headers() {
        return headers;
    }

    /// The fields of a response without its content.
    Headers validators() {
        return validators;
    }

    /// The response to HEAD.
    Response head() {
        return head;
    }

    Response notModified() {
        return notModified;
    }

    @Nullable Kept kept() {
        return kept;
    }

    /// Called by the cache.
    void setKept(@Nullable Kept newKept) {
        kept = newKept;
    }

    /// Whether the caller is to read its content to keep it: not when it is asked for for the first
    /// time, and not while another does.
    boolean beginRead() {
        return !reading.compareAndSet(Reading.NEVER, Reading.NOT)
                && reading.compareAndSet(Reading.NOT, Reading.NOW);
    }

    void endRead() {
        reading.set(Reading.NOT);
    }

    void use() {
        used = true;
    }

    /// Whether it has been used since the last call.
    boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /// Whether content that is read now may be kept: that of one which has just changed may be
    /// another soon.
    boolean isKeepable() {
        return Math.abs(ageNanos()) >= YOUNG_NANOS;
    }

    /// Whether it is the file that the attributes are of, unchanged.
    boolean isAs(BasicFileAttributes attributes) {
        return attributes.size() == size
                && attributes.lastModifiedTime().equals(modified)
                && attributes.isRegularFile()
                && Objects.equals(attributes.fileKey(), key);
    }

    /// Whether it was looked for a moment ago and is now as it was then: a system call that blocks
    /// nobody, because the kernel has the answer in memory.
    boolean isCurrent() {
        long then = found.get();
        long now = System.nanoTime();
        // One of many looks for it again; for the others it is known meanwhile.
        if (now - then > KNOWN_NANOS && found.compareAndSet(then, now)) {
            return false;
        }
        try {
            return isAs(Files.readAttributes(path, BasicFileAttributes.class));
        } catch (IOException e) { // it has gone
            return false;
        }
    }

    /// Whether an open file is this one, unchanged. As quick as [#isCurrent].
    boolean isOpenAs(OpenFile opened) {
        try {
            return isAs(Files.readAttributes(opened.path(), BasicFileAttributes.class));
        } catch (IOException e) { // nobody can tell
            return false;
        }
    }

    /// Opens it for the kernel to send, if it was looked for a moment ago; null if it has changed,
    /// or cannot be sent so.
    @Nullable OpenFile openToSend() {
        var opened = sentPath == null ? null : OpenFile.open(sentPath);
        if (opened != null && !isOpenAs(opened)) {
            opened.close();
            return null;
        }
        return opened;
    }

    /// It was found again.
    void confirm() {
        found.set(System.nanoTime());
    }

    /// Opens it; null if it has changed. Blocks.
    @Nullable FileChannel open() throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(real, READ);
        } catch (NoSuchFileException e) {
            return null;
        }
        boolean isSame = false;
        try {
            isSame = isAs(Files.readAttributes(real, BasicFileAttributes.class));
            return isSame ? channel : null;
        } finally {
            if (!isSame) {
                channel.close();
            }
        }
    }

    /// Reads all of it; null if it has changed. Blocks.
    byte @Nullable [] read() throws IOException {
        var channel = open();
        if (channel == null) {
            return null;
        }
        try (channel) {
            var content = new byte[Math.toIntExact(size)];
            var rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                if (channel.read(rest) < 0) {
                    return null;
                }
            }
            boolean isSame = isAs(Files.readAttributes(real, BasicFileAttributes.class));
            return isSame ? content : null;
        }
    }

    @Override
    public String toString() {
        return "file " + real;
    }
}
