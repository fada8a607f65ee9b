// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.wire.ResponseHead;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/// An answer: its head, which has come, and its body, which is read as it comes.
///
/// It holds a connection until the body has been read to its end, or this is closed: so it has to
/// be closed. What has come of the rest is dropped then; if more is to come the connection is
/// closed. For one thread at a time; another may close it, which ends the wait of the one that
/// reads.
public final class ClientResponse implements AutoCloseable {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);
    private static final int MOST_AT_ONCE = 1 << 20;

    private final ClientRequest request;
    private final ResponseHead head;
    private final ResponseBody raw;
    private final InputStream body;
    private final List<String> decoded;
    private final List<HttpUrl> redirects;

    ClientResponse(
            ClientRequest request, ResponseHead head, ResponseBody raw, ClientSettings settings) {
        this.request = request;
        this.head = head;
        this.raw = raw;
        if (Decoding.isAsked(request, settings)) {
            decoded = new ArrayList<>(2);
            body = Decoding.decoded(raw, head.headers(), settings, decoded);
        } else {
            decoded = List.of();
            body = raw;
        }
        redirects = List.of();
    }

    private ClientResponse(ClientResponse response, List<HttpUrl> redirects) {
        request = response.request;
        head = response.head;
        raw = response.raw;
        body = response.body;
        decoded = response.decoded;
        this.redirects = redirects;
    }

    ClientResponse redirectedBy(List<HttpUrl> urls) {
        return urls.isEmpty() ? this : new ClientResponse(this, List.copyOf(urls));
    }

    public int status() {
        return head.status();
    }

    /// Whether the status is 200 to 299.
    public boolean isSuccess() {
        return head.status() / 100 == 2;
    }

    /// What the server writes behind the status, for people; often nothing.
    public String reason() {
        return head.reason();
    }

    /// The fields as they were sent, also when the body has been decoded.
    public Headers headers() {
        return head.headers();
    }

    /// The request that it answers: after redirects, the last one.
    public ClientRequest request() {
        return request;
    }

    /// What it is of: after redirects, where they have led.
    public HttpUrl url() {
        return request.url();
    }

    /// The URLs that have redirected to others, the first one first.
    public List<HttpUrl> redirects() {
        return redirects;
    }

    /// The codings that have been taken off the body, such as `gzip`, the outermost first: none if
    /// nobody asked for that, or the body had none.
    public List<String> decoded() {
        return List.copyOf(decoded);
    }

    /// The length of the body as it is sent; -1 if it was not said.
    public long length() {
        return raw.length();
    }

    /// The body. Reads wait for what comes, and throw a `SocketTimeoutException` when a limit
    /// passes, an `EOFException` if the connection ends too early, a [io.eventlet.http.BadMessage]
    /// if the chunks are broken.
    public InputStream body() {
        return body;
    }

    /// Reads the body to its end.
    public byte[] bytes() throws IOException {
        long length = raw.length();
        if (length < 0 || length > MOST_AT_ONCE || body != raw) {
            return body.readAllBytes();
        }
        var bytes = new byte[(int) length];
        int read = body.readNBytes(bytes, 0, bytes.length);
        return read == bytes.length ? bytes : Arrays.copyOf(bytes, read); // of one read in part
    }

    /// Reads the body to its end, as a text: in the charset of its `Content-Type`, or UTF-8.
    public String text() throws IOException {
        return new String(bytes(), charset());
    }

    private Charset charset() {
        var type = CHARSET.matcher(headers().get("Content-Type", ""));
        try {
            return type.find() ? Charset.forName(type.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    /// The fields that followed the body; none before its end.
    public Headers trailers() {
        return raw.trailers();
    }

    /// The connection, after a status 101: it is the caller's from now on, and counts for no limit.
    /// Throws an `IllegalStateException` after any other status.
    public UpgradedConnection upgraded() throws IOException {
        return raw.upgrade();
    }

    /// Reads a short rest of the body, so that the connection can be used again.
    void skipBody() {
        try (this) {
            for (int i = 0; i < 4 && raw.read(new byte[4096]) >= 0; i++) {}
        } catch (IOException e) {
            // there is no answer in it
        }
    }

    /// Gives the connection back; never waits.
    @Override
    public void close() {
        try (var _ = raw) {
            if (body != raw) {
                body.close();
            }
        } catch (IOException e) {
            // a decoder that has nothing to say to anybody any more
        }
    }

    /// Status and URL.
    @Override
    public String toString() {
        return Objects.toString(head.status()) + " of " + request;
    }
}
