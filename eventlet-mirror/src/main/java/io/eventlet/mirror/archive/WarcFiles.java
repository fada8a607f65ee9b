// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.archive;

import io.eventlet.ThrowingSupplier;
import io.eventlet.http.Headers;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.secrets.SecretFields;

import org.jspecify.annotations.Nullable;
import org.netpreserve.jwarc.MediaType;
import org.netpreserve.jwarc.WarcCompression;
import org.netpreserve.jwarc.WarcDigest;
import org.netpreserve.jwarc.WarcRequest;
import org.netpreserve.jwarc.WarcResponse;
import org.netpreserve.jwarc.WarcWriter;
import org.netpreserve.jwarc.Warcinfo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/// Files in the format WARC 1.0 (ISO 28500), each record compressed on its own:
/// `name-00000.warc.gz` and so on, a new one when a size is reached. Files that are there are never
/// written to.
///
/// An exchange is a record of the request, without the fields that the client adds (but `Host`) and
/// without `Authorization`, `Proxy-Authorization` and `Cookie`, since archives are handed on, and
/// one of the answer with its body, which is no longer in chunks. Each has the SHA-1 of its block
/// and of its payload. Thread-safe; blocks as files do.
public final class WarcFiles implements AutoCloseable {
    private static final int MOST_FILES = 100_000;
    private static final int PIECE = 64 << 10;

    private final Path base;
    private final long mostBytes;
    private @Nullable WarcWriter writer; // under this monitor, which no green thread takes
    private int number; // of the next file

    private WarcFiles(Path base, long mostBytes) {
        this.base = base;
        this.mostBytes = mostBytes;
    }

    /// Files that begin with a path; nothing is written yet.
    ///
    /// @param mostBytes from which size on a file gets no more records
    public static WarcFiles of(Path base, long mostBytes) {
        return new WarcFiles(Objects.requireNonNull(base), mostBytes);
    }

    /// Something that was asked and answered.
    ///
    /// @param status of the answer
    /// @param date when it came
    public record Exchange(
            HttpUrl url, Headers request, int status, String reason, Headers answer, Instant date) {
        public static Exchange of(ClientRequest request, ClientResponse response, Instant date) {
            return new Exchange(
                    request.url(),
                    request.headers(),
                    response.status(),
                    response.reason(),
                    response.headers(),
                    date);
        }

        private byte[] requestHead() {
            return head(
                    "GET %s HTTP/1.1\r\nHost: %s\r\n".formatted(url.target(), url.authority()),
                    request,
                    name -> !SecretFields.contains(name));
        }

        private byte[] answerHead() {
            return head(
                    "HTTP/1.1 %d %s\r\n".formatted(status, reason),
                    answer,
                    name -> !name.equalsIgnoreCase("Transfer-Encoding"));
        }

        private static byte[] head(String first, Headers fields, Predicate<String> isKept) {
            var head = new StringBuilder(first);
            fields.forEach((name, value) -> {
                if (isKept.test(name)) {
                    head.append(name).append(": ").append(value).append("\r\n");
                }
            });
            return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /// Adds an exchange whose body is in memory.
    public void add(Exchange exchange, byte[] body, int count) throws IOException {
        add(exchange, () -> new ByteArrayInputStream(body, 0, count), count);
    }

    /// Adds an exchange; reads its body to the end, twice: for its digest, and into the file.
    ///
    /// @param body opens the body
    public synchronized void add(
            Exchange exchange,
            ThrowingSupplier<? extends InputStream, IOException> body,
            long length)
            throws IOException {
        var out = writer();
        var url = exchange.url().toString();
        var question = exchange.requestHead();
        var request =
                new WarcRequest.Builder(url)
                        .date(exchange.date())
                        .blockDigest(digest(question))
                        .payloadDigest(digest(new byte[0]))
                        .body(MediaType.HTTP_REQUEST, question)
                        .build();
        var head = exchange.answerHead();
        var block = digest();
        var payload = digest();
        block.update(head);
        try (var in = body.get()) {
            update(block, payload, in);
        }
        try (var in = body.get()) {
            var answer = new SequenceInputStream(new ByteArrayInputStream(head), in);
            var response =
                    new WarcResponse.Builder(url)
                            .date(exchange.date())
                            .concurrentTo(request.id())
                            .blockDigest(new WarcDigest(block))
                            .payloadDigest(new WarcDigest(payload))
                            .body(
                                    MediaType.HTTP_RESPONSE,
                                    Channels.newChannel(answer),
                                    head.length + length)
                            .build();
            out.write(request);
            out.write(response);
        }
    }

    private static void update(MessageDigest block, MessageDigest payload, InputStream in)
            throws IOException {
        var piece = new byte[PIECE];
        int n;
        while ((n = in.read(piece)) >= 0) {
            block.update(piece, 0, n);
            payload.update(piece, 0, n);
        }
    }

    private static WarcDigest digest(byte[] block) {
        var digest = digest();
        digest.update(block);
        return new WarcDigest(digest);
    }

    /// The one that all archives have.
    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private WarcWriter writer() throws IOException {
        var open = writer;
        if (open != null && open.position() < mostBytes) {
            return open;
        }
        if (open != null) {
            open.close();
            writer = null;
        }
        var next = next();
        writer = next;
        return next;
    }

    private WarcWriter next() throws IOException {
        while (number < MOST_FILES) {
            var name = base.getFileName() + "-%05d.warc.gz".formatted(number);
            number++;
            try {
                var channel =
                        FileChannel.open(
                                base.resolveSibling(name),
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE);
                var next = new WarcWriter(channel, WarcCompression.GZIP);
                next.write(info(name));
                return next;
            } catch (FileAlreadyExistsException e) {
                // of an earlier run
            }
        }
        throw new IOException("there are too many files " + base + "-*.warc.gz");
    }

    private static Warcinfo info(String name) {
        return new Warcinfo.Builder()
                .date(Instant.now())
                .filename(name)
                .fields(
                        Map.of(
                                "software", List.of("eventlet"),
                                "format", List.of("WARC File Format 1.0")))
                .build();
    }

    /// Ends the last file.
    @Override
    public synchronized void close() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
