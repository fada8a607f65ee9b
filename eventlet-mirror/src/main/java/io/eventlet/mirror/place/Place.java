// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where the files of URLs are, below a directory: never outside of it, whatever a URL says, and
/// through no symbolic link.
///
/// The path of a URL is the path of its file, behind a directory for its host unless that is not
/// wanted. What ends in a slash is in the file `index.html`. Where the file system takes two names
/// for the same, in other letters or another form of Unicode, the second gets `~` and a part of its
/// hash. A place [with endings][#withEndings] has `.html` and `.css` behind the names of pages and
/// style sheets that have another end. Thread-safe.
public final class Place {
    /// The directory for what is not a copy: a run's state and its unfinished files.
    public static final String OWN = ".eventlet-mirror";

    private static final String INDEX = "index.html";
    private static final int HASH_DIGITS = 8;
    private static final Pattern WORKER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    private final Path root;
    private final FileNames names;
    private final boolean hosts;
    private final int cut;
    private final boolean endings;
    private final Path own;
    private final ReentrantLock naming = new ReentrantLock(); // where names may clash
    private volatile @Nullable Folding folding; // null before the first file
    private final Set<Path> known = ConcurrentHashMap.newKeySet(); // directories that are there

    /// Below a directory, with one for each host, and names as Unix takes them.
    public static Place of(Path root) {
        return new Place(root, FileNames.UNIX, true, 0);
    }

    /// Below a directory, with one for each host, or without; and without so many directories at
    /// the beginning of the paths of URLs.
    public Place(Path root, FileNames names, boolean hosts, int cut) {
        if (cut < 0) {
            throw new IllegalArgumentException("directories to leave out must not be < 0: " + cut);
        }
        this.root = root.toAbsolutePath().normalize();
        this.names = names;
        this.hosts = hosts;
        this.cut = cut;
        endings = false;
        own = this.root.resolve(OWN);
    }

    private Place(Path root, FileNames names, boolean hosts, int cut, boolean endings, Path own) {
        this.root = root;
        this.names = names;
        this.hosts = hosts;
        this.cut = cut;
        this.endings = endings;
        this.own = own;
    }

    /// The same where the names of pages end in `.html`, and those of style sheets in `.css`, for
    /// browsers that read them from the disk: so that what has been answered as one of these gets
    /// that behind its name, `about.html` or `style.css?ver=6.4.css`, unless this has it, or ends
    /// in `.htm`.
    public Place withEndings() {
        return new Place(root, names, hosts, cut, true, own);
    }

    /// Whether it is one [with endings][#withEndings].
    public boolean hasEndings() {
        return endings;
    }

    /// The same for one of several workers that write below one directory: what is not a copy has a
    /// place for each. The name has letters, digits, `.`, `_` and `-`, and 64 at most.
    public Place ofWorker(String name) {
        if (!WORKER.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a worker has letters, digits, '.', '_' and '-', and 64 at most: "
                            + name);
        }
        return new Place(root, names, hosts, cut, endings, root.resolve(OWN + "/workers/" + name));
    }

    public Path root() {
        return root;
    }

    /// The directory for what is not a copy.
    public Path own() {
        return own;
    }

    /// Makes the directory for what is not a copy, and returns it. Throws an `IOException` if it,
    /// or anything directly in it, is a symbolic link: nothing is written or deleted behind one.
    public Path makeOwn() throws IOException {
        OwnDirectory.make(root, own);
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
        var others = segments.subList(1, segments.size()).toArray(String[]::new);
        return root.getFileSystem().getPath(segments.getFirst(), others);
    }

    /// As [#of(HttpUrl)], for what was answered with a field `Content-Type`: with the end that its
    /// name is to have here. Another URL may have that name by itself.
    public Path of(HttpUrl url, String contentType) {
        var path = of(url);
        return endings
                ? path.resolveSibling(Ending.of(contentType).behind(path.getFileName().toString()))
                : path;
    }

    /// The path for a URL whose file cannot have the name that [#of(HttpUrl, String)] says, since
    /// it is another's: with a part of a hash before its end.
    public Path beside(HttpUrl url, Path wanted) {
        return beside(of(url), wanted);
    }

    private static Path beside(Path itself, Path wanted) {
        var name = itself.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        var hash = FileNames.hash(name).substring(0, HASH_DIGITS);
        return wanted.resolveSibling(Ending.before(wanted.getFileName().toString(), "~" + hash));
    }

    /// Whether files of URLs that mean something else may have the same path: there is no directory
    /// for the host, or some are left out.
    public boolean mayMeet() {
        return !hosts || cut > 0;
    }

    /// Whether directories at the beginning of the paths of URLs are left out.
    public boolean cutsDirectories() {
        return cut > 0;
    }

    /// The path that the file for a URL would have below a directory for its host, with all
    /// directories: URLs with another one mean something else.
    public Path whole(HttpUrl url) {
        return new Place(root, names, true, 0, endings, own).of(url);
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

    /// As [#prepare], and has the file put there; nobody else gets that name in between. If it
    /// fails since somebody has deleted a directory meanwhile, that is made again, once.
    public Path put(Path relative, Putting putting) throws IOException {
        try {
            return putOnce(relative, putting);
        } catch (NoSuchFileException e) {
            known.clear();
            return putOnce(relative, putting);
        }
    }

    private Path putOnce(Path relative, Putting putting) throws IOException {
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
                found = Folding.of(makeOwn());
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
            var name = folding().name(directory, relative.getName(i).toString(), String::concat);
            while (Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                name += "~dir";
            }
            directory = directory.resolve(name);
        }
        return file(directory, relative.getFileName().toString());
    }

    /// The file that has a name, perhaps with slashes, on the server, beside others of a directory:
    /// under that name, or, if there is none, under the one that it gets here, with an end perhaps.
    /// It may be outside of the directory of this place. Throws an `InvalidPathException` if no
    /// file can have that name.
    public Path named(Path directory, String path) {
        var file = directory.resolve(path).normalize();
        if (!endings) {
            return isThere(file) ? file : escaped(directory, path);
        }
        var beside = beside(file, file);
        if (isThere(beside)) {
            return beside; // another has had its name first
        }
        if (isThere(file)) {
            return file;
        }
        var escaped = escaped(directory, path);
        var name = escaped.getFileName().toString();
        return Stream.of(Ending.PAGE, Ending.STYLE)
                .map(ending -> escaped.resolveSibling(ending.behind(name)))
                .flatMap(wanted -> Stream.of(beside(escaped, wanted), wanted))
                .filter(Place::isThere)
                .findFirst()
                .orElse(escaped);
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private Path escaped(Path directory, String path) {
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
        var name = folding().name(directory, wanted, this::added);
        var file = directory.resolve(name);
        return isDirectory(file) ? directory.resolve(added(name, "~file")) : file;
    }

    /// Through no link. With links the JDK makes no exception of what is not there, as most is not.
    private static boolean isDirectory(Path file) {
        return Files.isDirectory(file) && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// A name with something more, which must not be the end that a browser looks at.
    private String added(String name, String more) {
        return endings ? Ending.before(name, more) : name + more;
    }

    private void ensureInside(Path relative) {
        if (relative.isAbsolute() || !root.resolve(relative).normalize().startsWith(root)) {
            throw new IllegalArgumentException("outside of %s: %s".formatted(root, relative));
        }
    }

    private Path directory(Path parent, String wanted) throws IOException {
        var name = folding().name(parent, wanted, String::concat);
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
