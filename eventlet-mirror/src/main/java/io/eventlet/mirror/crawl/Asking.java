// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.fetch.Handling;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.manners.Allowance;
import io.eventlet.mirror.manners.AllowedBody;
import io.eventlet.mirror.pages.PageLinks;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.secrets.SecretFields;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// How one URL is asked for, and what is answered.
final class Asking implements Handling {
    private static final Pattern USER = Pattern.compile("//[^/?#]*@");
    private static final int MOST_SHOWN = 200; // characters of where a redirect leads
    private static final int PARTIAL = 206;
    private static final int LEAST_GAIN = 64 << 10; // or a server could have us go on for ever

    private final Options options;
    private final Role role;
    private final Note last;
    private final Names names;
    private final List<Allowance> allowances;
    private final AtomicLong received;
    private final PageMemory.Room room;
    private final Supplier<@Nullable Runnable> leave;
    private final AtomicLong gained = new AtomicLong(); // bytes of answers that go on with a file
    private final AtomicInteger others = new AtomicInteger(); // requests for pieces of the file
    private @Nullable Path file; // relative to the copy; null before it is known
    private boolean mayBeListing; // what was answered last, or might have been
    private int status; // of the last answer; 0 before
    private boolean fresh; // whether an answer has begun with the first byte of the file
    private String type = "";
    private String coding = "";
    private String elsewhere = "";
    private List<String> directives = List.of();

    /// @param leave for one more request to the host, or null
    Asking(
            Options options,
            Note last,
            Names names,
            List<Allowance> allowances,
            AtomicLong received,
            PageMemory.Room room,
            Supplier<@Nullable Runnable> leave) {
        this.leave = leave;
        this.room = room;
        this.options = options;
        role = last.role();
        this.last = last;
        this.names = names;
        this.allowances = allowances;
        this.received = received;
    }

    @Override
    public ClientRequest request(ClientRequest request) {
        return dressed(request, options);
    }

    /// With what the options say about who asks. Fields that are a secret, or the name of a host,
    /// go to the servers of the starts only.
    static ClientRequest dressed(ClientRequest request, Options options) {
        var fields = request.headers();
        boolean trusted = options.isOfStart(request.url());
        for (var field : options.headers.entrySet()) {
            var name = field.getKey();
            if (trusted || !(SecretFields.contains(name) || name.equalsIgnoreCase("Host"))) {
                fields = fields.with(name, field.getValue());
            }
        }
        var by = options.users.at(request.url());
        by = by != null ? by : options.authentication.apply(request.url());
        var dressed = request.headers(fields);
        return by == null ? dressed : dressed.authentication(by);
    }

    /// Throws an `IllegalArgumentException` if a field cannot be sent.
    static void ensureSendable(String name, String value) {
        var ignored = ClientRequest.get("http://localhost/").header(name, value);
    }

    @Override
    public void answered(ClientResponse response) {
        status = response.status();
        fresh |= status == 200;
        elsewhere = response.status() / 100 == 3 ? elsewhere(response) : "";
        mayBeListing = mayBeListing(response);
        type = response.headers().get("Content-Type", "");
        coding = response.headers().get("Content-Encoding", "");
        directives = response.headers().all("X-Robots-Tag");
    }

    @Override
    public @Nullable String refusal(ClientResponse response) {
        return pageBytes(response) > 0
                ? null // it leads to others
                : options.scope.refusalOfTime(
                        Version.instant(response.headers().get("Last-Modified", "")));
    }

    @Override
    public int pageBytes(ClientResponse response) {
        var type = response.headers().get("Content-Type", "");
        boolean page =
                role == Role.SITEMAP
                        || mayBeListing(response)
                        || (options.readsPages() && PageLinks.isReadable(type));
        return page ? options.pageBytes : 0;
    }

    /// Whether an answer may be a listing: a page of a directory, by its name, as HTML, XML or
    /// JSON, or the XML of a store of objects.
    private static boolean mayBeListing(ClientResponse response) {
        var type = response.headers().get("Content-Type", "").toLowerCase(Locale.ROOT);
        var path = response.url().path();
        return (path.endsWith("/")
                        && (type.contains("html") || type.contains("xml") || type.contains("json")))
                || path.endsWith("/catalog.html")
                || (response.url().query() != null && type.contains("xml"));
    }

    @Override
    public InputStream body(ClientResponse response) {
        boolean goesOn = response.status() == PARTIAL;
        var body =
                new AllowedBody(
                        response.body(),
                        allowances,
                        n -> {
                            received.addAndGet(n);
                            gained.addAndGet(goesOn ? n : 0);
                        });
        int page = pageBytes(response);
        return page > 0 && response.length() <= page ? room.of(body) : body;
    }

    @Override
    public @Nullable Path known(Place place, HttpUrl url) {
        return names.known(url, last);
    }

    @Override
    public Path file(Place place, HttpUrl url) throws IOException {
        var held = file;
        if (held == null) {
            held = names.hold(url, last, type());
            file = held;
        }
        return held;
    }

    /// Where the file is to be, relative to the copy; null if nobody has asked for that.
    @Nullable Path file() {
        return file;
    }

    @Override
    public @Nullable Runnable another() {
        var given = others.get() < options.segments - 1 ? leave.get() : null;
        if (given == null) {
            return null;
        }
        others.incrementAndGet();
        return () -> {
            others.decrementAndGet();
            given.run();
        };
    }

    @Override
    public @Nullable WarcFiles archive() {
        return options.archive;
    }

    /// The memory for the page.
    PageMemory.Room room() {
        return room;
    }

    int status() {
        return status;
    }

    /// Whether what was answered may be a listing; also if nothing was.
    boolean mayBeListing() {
        return mayBeListing || status == 0;
    }

    /// Whether the last answer has gone on with the file, so that there is more of it than before
    /// though it broke off again.
    boolean hasGained() {
        return !fresh && status == PARTIAL && gained.get() >= LEAST_GAIN;
    }

    /// Where a redirect leads, if that is no URL of HTTP; else empty.
    String elsewhere() {
        return elsewhere;
    }

    private static String elsewhere(ClientResponse response) {
        var to = response.headers().get("Location", "");
        try {
            var ignored = response.url().resolve(to);
            return "";
        } catch (IllegalArgumentException e) {
            var shown = USER.matcher(to).replaceFirst("//");
            return shown.length() > MOST_SHOWN ? shown.substring(0, MOST_SHOWN) + "…" : shown;
        }
    }

    /// The field `Content-Type` of a page or a style sheet; empty for anything else, also for one
    /// that has come with a coding.
    String type() {
        return PageLinks.isReadable(type) && Coding.isNone(coding) ? type : "";
    }

    /// The field `Content-Type`; empty if there was none.
    String contentType() {
        return type;
    }

    /// The field `Content-Encoding`; empty if there was none.
    String coding() {
        return coding;
    }

    /// The values of the fields `X-Robots-Tag`.
    List<String> directives() {
        return directives;
    }
}
