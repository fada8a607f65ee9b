// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.fetch.Handling;
import io.eventlet.mirror.fetch.Version;
import io.eventlet.mirror.manners.Allowance;
import io.eventlet.mirror.manners.AllowedBody;
import io.eventlet.mirror.pages.PageLinks;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// How one URL is asked for, and what is answered.
final class Asking implements Handling {
    private static final Set<String> SECRETS =
            Set.of("authorization", "cookie", "proxy-authorization");

    private final MirrorBuilder options;
    private final Role role;
    private final List<Allowance> allowances;
    private final AtomicLong received;
    private final PageMemory.Room room;
    private final Supplier<@Nullable Runnable> leave;
    private final AtomicInteger others = new AtomicInteger(); // requests for pieces of the file
    private int status; // of the last answer; 0 before
    private String type = "";
    private String coding = "";
    private List<String> directives = List.of();

    /// @param leave for one more request to the host, or null
    Asking(
            MirrorBuilder options,
            Role role,
            List<Allowance> allowances,
            AtomicLong received,
            PageMemory.Room room,
            Supplier<@Nullable Runnable> leave) {
        this.leave = leave;
        this.room = room;
        this.options = options;
        this.role = role;
        this.allowances = allowances;
        this.received = received;
    }

    @Override
    public ClientRequest request(ClientRequest request) {
        return dressed(request, options);
    }

    /// With what the options say about who asks. Fields that are a secret go to the servers of the
    /// starts only.
    static ClientRequest dressed(ClientRequest request, MirrorBuilder options) {
        var fields = request.headers();
        boolean trusted = options.starts.stream().anyMatch(request.url()::isSameOrigin);
        for (var field : options.headers.entrySet()) {
            if (trusted || !SECRETS.contains(field.getKey().toLowerCase(Locale.ROOT))) {
                fields = fields.with(field.getKey(), field.getValue());
            }
        }
        var by = options.authentication.apply(request.url());
        var dressed = request.headers(fields);
        return by == null ? dressed : dressed.authentication(by);
    }

    @Override
    public void answered(ClientResponse response) {
        status = response.status();
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

    /// Whether an answer may be a listing: a page of a directory, by its name, or the XML of a
    /// store of objects.
    private static boolean mayBeListing(ClientResponse response) {
        var type = response.headers().get("Content-Type", "").toLowerCase(Locale.ROOT);
        var path = response.url().path();
        return (path.endsWith("/") && (type.contains("html") || type.contains("xml")))
                || path.endsWith("/catalog.html")
                || (response.url().query() != null && type.contains("xml"));
    }

    @Override
    public InputStream body(ClientResponse response) {
        var body = new AllowedBody(response.body(), allowances, received::addAndGet);
        int page = pageBytes(response);
        return page > 0 && response.length() <= page ? room.of(body) : body;
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

    /// The field `Content-Type` of a page or a style sheet; empty for anything else.
    String type() {
        return PageLinks.isReadable(type) ? type : "";
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
