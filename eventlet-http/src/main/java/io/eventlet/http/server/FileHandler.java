// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;
import io.eventlet.offload.Offload;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Serves the files of a directory.
///
/// ```java
/// var files = FileHandler.builder(Path.of("site")).cacheControl("max-age=3600").build();
/// var server = HttpServer.builder(files).port(8080).start();
/// ```
///
/// It answers GET and HEAD, with conditions, and with ranges, several of them too (RFC 9110, 13 and
/// 14). What a path means is looked up on the threads of an [Offload], and large files are read
/// there, so that no disk holds a hub, or sent by the kernel as far as it has them in memory.
/// Contents of small files are kept in memory, and each request asks the kernel whether they have
/// changed.
///
/// No path leads out of the directory, however it is encoded, and no symbolic link unless
/// [Builder#followLinks(boolean)] allows it. Whoever can change links in the directory while a path
/// is looked up is not kept from anything. Names that begin with a dot are as if they were not
/// there. Thread-safe.
public final class FileHandler implements Handler {
    private static final int ATTEMPTS = 3;

    private final FileSettings settings;
    private final Offload offload;
    private final FileFinder finder;
    private final FileCache cache;
    private final Headers common;
    private final FileResponses responses;

    private FileHandler(FileSettings settings, Offload offload, FileCache cache) {
        this.settings = settings;
        this.offload = offload;
        this.cache = cache;
        finder = new FileFinder(settings);
        common = settings.common();
        responses = new FileResponses(settings, offload, cache);
    }

    /// With all defaults: no listings.
    public static FileHandler of(Path directory) {
        return builder(directory).build();
    }

    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /// How files are to be served. What is not said has a default.
    public static final class Builder {
        private final Path directory;
        private String prefix = "";
        private List<String> indexes = List.of("index.html");
        private boolean listings;
        private boolean hidden;
        private boolean followLinks;
        private boolean precompressed;
        private boolean singlePage;
        private @Nullable String cacheControl;
        private @Nullable String origin;
        private final Map<String, String> types = new HashMap<>();
        private @Nullable Offload offload;
        private int keptFiles = 10_000;
        private long keptBytes = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 16);

        private Builder(Path directory) {
            this.directory = directory.toAbsolutePath();
        }

        /// What the paths of requests begin with before those of files, such as `/static`. Others
        /// are not found. Default: nothing.
        public Builder prefix(String path) {
            if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/"))) {
                throw new IllegalArgumentException(
                        "a prefix begins with a slash and does not end with one: " + path);
            }
            prefix = path;
            return this;
        }

        /// What is served for a directory: the first of these files that is in it. Default:
        /// `index.html`.
        public Builder indexes(String... names) {
            indexes = List.of(names);
            return this;
        }

        /// Whether a directory without an index is listed. Default: 403.
        public Builder listings(boolean newListings) {
            listings = newListings;
            return this;
        }

        /// Whether names that begin with a dot are served and listed. Default: 404.
        public Builder hidden(boolean newHidden) {
            hidden = newHidden;
            return this;
        }

        /// Whether symbolic links may lead out of the directory. Default: 404.
        public Builder followLinks(boolean newFollowLinks) {
            followLinks = newFollowLinks;
            return this;
        }

        /// Whether `a.css.br`, `a.css.zst` or `a.css.gz` is sent for `a.css` to clients that take
        /// that coding, if it is no older. Default: no.
        public Builder precompressed(boolean newPrecompressed) {
            precompressed = newPrecompressed;
            return this;
        }

        /// Whether the index of the directory is served where nothing is found, for applications of
        /// one page whose script reads the path: to clients that ask for HTML, and for names
        /// without a dot. Default: 404.
        public Builder singlePage(boolean newSinglePage) {
            singlePage = newSinglePage;
            return this;
        }

        /// The field `Cache-Control` of files. Default: none.
        public Builder cacheControl(String value) {
            var ignored = Headers.of("Cache-Control", value);
            cacheControl = value;
            return this;
        }

        /// Scripts of which origin may read the files: `*` for all. Default: those of the same.
        public Builder cors(String newOrigin) {
            var ignored = Headers.of("Access-Control-Allow-Origin", newOrigin);
            origin = newOrigin;
            return this;
        }

        /// The media type of files whose names end with a dot and this. Default: those of a table.
        public Builder contentType(String extension, String type) {
            var ignored = Headers.of("Content-Type", type);
            types.put(extension.toLowerCase(Locale.ROOT), type);
            return this;
        }

        /// Where files are looked for and read. Default: [Offload#shared()].
        public Builder offload(Offload pool) {
            offload = Objects.requireNonNull(pool);
            return this;
        }

        /// How many files are remembered, and how many bytes of their contents are kept in memory.
        /// Default: 10,000, and 64 MiB or a sixteenth of the heap if that is less.
        public Builder cache(int files, long bytes) {
            if (files < 0 || bytes < 0) {
                throw new IllegalArgumentException(
                        "sizes of a cache are not negative: %d, %d".formatted(files, bytes));
            }
            keptFiles = files;
            keptBytes = bytes;
            return this;
        }

        public FileHandler build() {
            var settings =
                    new FileSettings(
                            directory,
                            prefix,
                            indexes,
                            listings,
                            hidden,
                            followLinks,
                            precompressed,
                            singlePage,
                            cacheControl,
                            origin,
                            Map.copyOf(types));
            return new FileHandler(
                    settings,
                    offload == null ? Offload.shared() : offload,
                    new FileCache(keptFiles, keptBytes));
        }
    }

    @Override
    public Response handle(Request request) throws IOException {
        return switch (request.method()) {
            case "GET", "HEAD" -> answer(request);
            case "OPTIONS" -> options();
            default ->
                    settings.text(405, "only GET, HEAD and OPTIONS are allowed here")
                            .header("Allow", "GET, HEAD, OPTIONS");
        };
    }

    private Response options() {
        var response = Response.of(204).headers(common).header("Allow", "GET, HEAD, OPTIONS");
        return settings.origin() == null
                ? response
                : response.header("Access-Control-Allow-Methods", "GET, HEAD")
                        .header("Access-Control-Allow-Headers", "*")
                        .header("Access-Control-Max-Age", "86400");
    }

    private Response answer(Request request) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                var response = answer(request, request.rawPath(), attempt > 0);
                if (response != null) {
                    return response;
                }
            } catch (AccessDeniedException e) {
                return nothing(403);
            }
        }
        return settings.text(503, "the file changes all the time").header("Retry-After", "1");
    }

    /// Null if a file changed meanwhile. With `anew`, nothing is taken to be as it was.
    private @Nullable Response answer(Request request, String name, boolean anew)
            throws IOException {
        var known = cache.get(name);
        if (known != null && !anew && known.isCurrent()) {
            return responses.of(request, name, known, null);
        }
        return switch (offload.call(() -> find(name, known))) {
            case FileFinder.Found.Regular(var file, var content) -> {
                cache.put(name, file);
                yield responses.of(request, name, file, content == null ? null : content.bytes());
            }
            case FileFinder.Found.Folder folder when name.equals(request.rawPath()) ->
                    list(request, folder);
            case FileFinder.Found.Folder _ -> nothing(404);
            case FileFinder.Found.Slash(var location) -> redirect(request, location);
            case FileFinder.Found.Nothing(var status) -> {
                cache.remove(name);
                var root = settings.prefix() + "/";
                boolean falls = status == 404 && isPageWanted(request) && !name.equals(root);
                yield falls ? answer(request, root, anew) : nothing(status);
            }
        };
    }

    /// A small file is read as soon as it is found: that saves a trip. Blocks.
    private FileFinder.Found find(String name, @Nullable StoredFile known) throws IOException {
        var found = finder.find(name, known);
        if (found instanceof FileFinder.Found.Regular(var file, _)
                && file.isSmall()
                && file.variants().isEmpty()
                && file.kept() == null) {
            var content = file.read();
            return content == null
                    ? found
                    : new FileFinder.Found.Regular(file, new ResponseBody.Bytes(content));
        }
        return found;
    }

    private boolean isPageWanted(Request request) {
        if (!settings.singlePage()) {
            return false;
        }
        var path = request.rawPath();
        return String.join(",", request.headers().all("Accept")).contains("text/html")
                || path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
    }

    // ---- what is no file

    private Response redirect(Request request, String location) {
        var query = request.query();
        return Response.of(301)
                .headers(common)
                .header("Location", query == null ? location : location + "?" + query);
    }

    private Response nothing(int status) {
        return settings.text(status, StatusLine.reason(status));
    }

    private Response list(Request request, FileFinder.Found.Folder folder) throws IOException {
        var sort = request.queryParameter("sort");
        var page = offload.call(() -> ListingPage.of(folder, settings, finder, sort));
        var response = Response.html(page);
        return response.headers(StoredFile.all(response.headers(), common))
                .header("Content-Security-Policy", ListingPage.POLICY);
    }

    @Override
    public String toString() {
        return "files of " + settings.directory();
    }
}
