// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// Where the files of URLs are, below a directory: never outside of it, whatever a URL says, and
/// through no symbolic link.
///
/// The path of a URL is the path of its file, behind a directory for its host unless that is not
/// wanted. What ends in a slash is in the file `index.html`. Where the file system takes two names
/// for the same, in other letters or another form of Unicode, the second gets `~` and a part of its
/// hash. Thread-safe.
public final class Place {
    /// The directory for what is not a copy: a run's state and its unfinished files.
    public static final String OWN = ".eventlet-mirror";

    private static final String INDEX = "index.html";
    private static final Pattern WORKER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    private final Path root;
    private final FileNames names;
    private final boolean hosts;
    private final int cut;
    private final Path own;
    private final ReentrantLock naming = new ReentrantLock(); // where names may clash
    private volatile @Nullable Folding folding; // null before the first file
    private final Set<Path> known = ConcurrentHashMap.newKeySet(); // directories that are there

    /// Below a directory, with one for each host, or without; and without so many directories at
    /// the beginning of the paths of URLs.
    public Place(Path root, FileNames names, boolean hosts, int cut) {
        this(root.toAbsolutePath().normalize(), names, hosts, cut, OWN);
    }

    private Place(Path root, FileNames names, boolean hosts, int cut, String own) {
        this.root = root;
        this.names = names;
        this.hosts = hosts;
        this.cut = cut;
        this.own = root.resolve(own);
    }

    /// The same for one of several workers that write below one directory: what is not a copy has a
    /// place for each. The name has letters, digits, `.`, `_` and `-`, and 64 at most.
    public Place ofWorker(String name) {
        if (!WORKER.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a worker has letters, digits, '.', '_' and '-', and 64 at most: "
                            + name);
        }
        return new Place(root, names, hosts, cut, OWN + "/workers/" + name);
    }

    public Path root() {
        return root;
    }

    /// The directory for what is not a copy.
    public Path own() {
        return own;
    }

    /// The path of the file for a URL, relative to the directory. Whether something is there makes
    /// no difference.
    public Path of(HttpUrl url) {
        List<String> segments = new ArrayList<>();
        if (hosts) {
            segments.add(host(url));
        }
        var path = url.path().substring(1).split("/", -1);
        for (int i = Math.min(cut, path.length - 1); i < path.length - 1; i++) {
            segments.add(names.of(path[i]));
        }
        var last = path[path.length - 1];
        var query = url.query();
        if (query != null) {
            segments.add(names.of(last.isEmpty() ? INDEX : last, query));
        } else {
            segments.add(last.isEmpty() ? INDEX : names.of(last));
        }
        if (segments.getFirst().equals(OWN)) { // a server must not write there
            segments.set(0, "%2E" + OWN.substring(1));
        }
        var result = root.getFileSystem().getPath("");
        for (var segment : segments) {
            result = result.resolve(segment);
        }
        return result;
    }

    private String host(HttpUrl url) {
        var ports = url.port() == (url.isSecure() ? 443 : 80) ? "" : "+" + url.port();
        return names.of(url.host().replace("[", "").replace("]", "").replace(':', '-')) + ports;
    }

    /// Makes the directories above a relative path, and returns where its file is to be. Where a
    /// file has the name of a directory that is needed, that one gets the name `…~dir`; where a
    /// directory has the name of the file, the file gets the name `…~file`. Throws an `IOException`
    /// if a symbolic link is in the way.
    public Path prepare(Path relative) throws IOException {
        ensureInside(relative);
        var directory = root;
        if (known.add(root)) {
            Files.createDirectories(root);
        }
        for (int i = 0; i < relative.getNameCount() - 1; i++) {
            directory = directory(directory, relative.getName(i).toString());
        }
        return file(directory, relative.getFileName().toString());
    }

    /// As [#prepare], and has the file put there; nobody else gets that name in between.
    public Path put(Path relative, Putting putting) throws IOException {
        if (folding() == Folding.NONE) {
            var file = prepare(relative);
            putting.at(file);
            return file;
        }
        naming.lock();
        try {
            var file = prepare(relative);
            putting.at(file);
            return file;
        } finally {
            naming.unlock();
        }
    }

    private Folding folding() throws IOException {
        var found = folding;
        if (found != null) {
            return found;
        }
        naming.lock(); // two would find the file of the other
        try {
            found = folding;
            if (found == null) {
                Files.createDirectories(own());
                found = Folding.of(own());
                folding = found;
            }
            return found;
        } finally {
            naming.unlock();
        }
    }

    /// Where the file for a relative path is if [#prepare] was called for it, or would be; makes
    /// nothing.
    public Path find(Path relative) throws IOException {
        ensureInside(relative);
        var directory = root;
        for (int i = 0; i < relative.getNameCount() - 1; i++) {
            var name = folding().name(directory, relative.getName(i).toString());
            while (Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                name += "~dir";
            }
            directory = directory.resolve(name);
        }
        return file(directory, relative.getFileName().toString());
    }

    /// The file that has a name, perhaps with slashes, on the server, beside others of a directory:
    /// under that name, or, if there is none, under the one that it gets here. It may be outside of
    /// the directory of this place. Throws an `InvalidPathException` if no file can have that name.
    public Path named(Path directory, String path) {
        var file = directory.resolve(path).normalize();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return file;
        }
        var other = directory;
        for (var segment : path.split("/", -1)) {
            boolean plain = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            other = other.resolve(plain ? segment : names.of(segment.replace("%", "%25")));
        }
        return other.normalize();
    }

    /// What puts a file at its place. Meant to be implemented by users.
    public interface Putting {
        void at(Path file) throws IOException;
    }

    private Path file(Path directory, String wanted) throws IOException {
        var name = folding().name(directory, wanted);
        var file = directory.resolve(name);
        return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                ? directory.resolve(name + "~file")
                : file;
    }

    private void ensureInside(Path relative) {
        if (relative.isAbsolute() || !root.resolve(relative).normalize().startsWith(root)) {
            throw new IllegalArgumentException("outside of %s: %s".formatted(root, relative));
        }
    }

    private Path directory(Path parent, String wanted) throws IOException {
        var name = folding().name(parent, wanted);
        var directory = parent.resolve(name);
        if (known.contains(directory)) {
            return directory;
        }
        if (Files.isRegularFile(directory, LinkOption.NOFOLLOW_LINKS)) {
            return directory(parent, name + "~dir");
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(directory)) {
                throw new FileSystemException(
                        directory.toString(), null, "a symbolic link is in the way");
            }
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(directory.toString());
            }
        }
        known.add(directory);
        return directory;
    }
}
