// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// Looks for what the path of a request means in a directory. Blocks on the file system.
final class FileFinder {
    /// What is there.
    sealed interface Found {
        /// With its content if that has been read.
        record Regular(StoredFile file, ResponseBody.@Nullable Bytes content) implements Found {}

        /// A directory that may be listed.
        record Folder(Path path, RequestedPath requested) implements Found {}

        /// A directory whose name was asked for without the slash; where it is, with it.
        record Slash(String location) implements Found {}

        /// Nothing that this request may have: 403 or 404.
        record Nothing(int status) implements Found {}

        Found ABSENT = new Nothing(404);
        Found FORBIDDEN = new Nothing(403);
    }

    private record Variant(String suffix, String coding) {}

    private static final List<Variant> VARIANTS =
            List.of(
                    new Variant(".br", "br"),
                    new Variant(".zst", "zstd"),
                    new Variant(".gz", "gzip"));

    private final FileSettings settings;
    private final Headers others;

    FileFinder(FileSettings settings) {
        this.settings = settings;
        var fields = Headers.empty();
        if (settings.cacheControl() != null) {
            fields = fields.and("Cache-Control", settings.cacheControl());
        }
        others = StoredFile.all(fields, settings.common());
    }

    /// What a path means; a file that was known before is the same object if it has not changed.
    Found find(String rawPath, @Nullable StoredFile known) throws IOException {
        var requested =
                rawPath.startsWith(settings.prefix() + "/")
                        ? RequestedPath.of(rawPath.substring(settings.prefix().length()))
                        : null;
        if (requested == null || (requested.hasHiddenName() && !settings.hidden())) {
            return Found.ABSENT;
        }
        var path = requested.below(settings.directory());
        try {
            return path == null ? Found.ABSENT : find(requested, path, known);
        } catch (AccessDeniedException e) {
            return Found.FORBIDDEN;
        } catch (FileSystemException e) { // no such file, no directory on the way, too long a name
            return Found.ABSENT;
        }
    }

    private Found find(RequestedPath requested, Path path, @Nullable StoredFile known)
            throws IOException {
        var real = path.toRealPath();
        if (!isAllowed(real)) {
            return Found.ABSENT;
        }
        var attributes = Files.readAttributes(real, BasicFileAttributes.class);
        if (attributes.isRegularFile() && !requested.isFolder()) {
            return new Found.Regular(file(path, real, attributes, known), null);
        }
        if (!attributes.isDirectory()) {
            return Found.ABSENT;
        }
        if (!requested.isFolder()) {
            return new Found.Slash(settings.prefix() + requested.asFolder());
        }
        for (var index : settings.indexes()) {
            var file = indexFile(path.resolve(index), known);
            if (file != null) {
                return new Found.Regular(file, null);
            }
        }
        return settings.listings() ? new Found.Folder(real, requested) : Found.FORBIDDEN;
    }

    private @Nullable StoredFile indexFile(Path path, @Nullable StoredFile known)
            throws IOException {
        if (!Files.isRegularFile(path)) {
            return null;
        }
        var real = path.toRealPath();
        return isAllowed(real)
                ? file(path, real, Files.readAttributes(real, BasicFileAttributes.class), known)
                : null;
    }

    /// Whether a real path is in the directory, or links are followed out of it, and no name below
    /// the directory is hidden.
    boolean isAllowed(Path real) throws IOException {
        var root = settings.directory().toRealPath();
        if (!real.startsWith(root)) {
            return settings.followLinks();
        }
        if (!settings.hidden() && !real.equals(root)) {
            for (var name : root.relativize(real)) {
                if (RequestedPath.isHidden(name.toString())) {
                    return false;
                }
            }
        }
        return true;
    }

    private StoredFile file(
            Path path, Path real, BasicFileAttributes attributes, @Nullable StoredFile known)
            throws IOException {
        var type = ContentTypes.of(path.getFileName().toString(), settings.types());
        var variants = variants(path, attributes, type, known);
        if (known != null && known.isAs(attributes) && known.variants().equals(variants)) {
            known.confirm();
            return known;
        }
        var varying = variants.isEmpty() ? others : others.and("Vary", "Accept-Encoding");
        return new StoredFile(path, real, attributes, "", representation(type), varying, variants);
    }

    private static Headers representation(String type) {
        return Headers.of("Content-Type", type, "Accept-Ranges", "bytes");
    }

    /// Compressed forms that are beside a file and no older than it.
    private List<StoredFile> variants(
            Path path, BasicFileAttributes original, String type, @Nullable StoredFile known)
            throws IOException {
        if (!settings.precompressed()) {
            return List.of();
        }
        var variants = new ArrayList<StoredFile>();
        for (var variant : VARIANTS) {
            var file = path.resolveSibling(path.getFileName() + variant.suffix);
            if (Files.isRegularFile(file)) {
                var real = file.toRealPath();
                var attributes = Files.readAttributes(real, BasicFileAttributes.class);
                if (isAllowed(real)
                        && attributes.lastModifiedTime().compareTo(original.lastModifiedTime())
                                >= 0) {
                    variants.add(variant(file, real, attributes, variant.coding, type, known));
                }
            }
        }
        return variants;
    }

    private StoredFile variant(
            Path path,
            Path real,
            BasicFileAttributes attributes,
            String coding,
            String type,
            @Nullable StoredFile known) {
        if (known != null) {
            for (var variant : known.variants()) {
                if (variant.coding().equals(coding) && variant.isAs(attributes)) {
                    variant.confirm();
                    return variant;
                }
            }
        }
        return new StoredFile(
                path,
                real,
                attributes,
                coding,
                representation(type).and("Content-Encoding", coding),
                others.and("Vary", "Accept-Encoding"),
                List.of());
    }
}
