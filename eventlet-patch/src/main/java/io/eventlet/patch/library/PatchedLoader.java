// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.library;

import io.eventlet.patch.rewrite.CallRewriter;
import io.eventlet.patch.rewrite.ClassNames;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Manifest;

/// Loads the classes of a copy from its own places first, and changes them.
final class PatchedLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final List<URI> places;
    private final Map<String, Class<?>> injected;
    private final CallRewriter rewriter;
    private final Map<String, List<String>> changed = new ConcurrentHashMap<>();
    private final Map<String, List<String>> left = new ConcurrentHashMap<>();
    private final Map<String, String> failed = new ConcurrentHashMap<>();
    private volatile boolean closed;

    PatchedLoader(List<URI> places, Map<String, Class<?>> injected, ClassLoader parent) {
        super("green copy", urls(places), parent);
        this.places = places;
        this.injected = injected;
        rewriter = new CallRewriter(this);
    }

    private static URL[] urls(List<URI> places) {
        var urls = new URL[places.size()];
        for (int i = 0; i < urls.length; i++) {
            try {
                urls[i] = places.get(i).toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException("cannot be read from: " + places.get(i), e);
            }
        }
        return urls;
    }

    List<URI> places() {
        return places;
    }

    PatchReport report() {
        return new PatchReport(changed, left, failed);
    }

    @Override
    public void close() {
        closed = true;
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- classes

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            var known = findLoadedClass(name);
            if (known == null) {
                known = find(name);
            }
            if (resolve) {
                resolveClass(known);
            }
            return known;
        }
    }

    private Class<?> find(String name) throws ClassNotFoundException {
        var replacement = injected.get(name);
        if (replacement != null) {
            return inject(name, replacement);
        }
        var url = name.startsWith("java.") ? null : findResource(file(name));
        if (url != null) {
            return define(name, url);
        }
        if (closed && isOfPlaces(getParent().getResource(file(name)))) {
            throw new ClassNotFoundException(name + ": " + getName() + " is closed");
        }
        return super.loadClass(name, false);
    }

    /// Whether a class of the program is one that the copy would have.
    private boolean isOfPlaces(@Nullable URL url) {
        return url != null && placeOf(url) != url;
    }

    /// A class under the name of another.
    private Class<?> inject(String name, Class<?> replacement) throws ClassNotFoundException {
        var file = "/" + file(replacement.getName());
        try (var in = replacement.getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name + ": no class file of " + replacement);
            }
            byte[] renamed = ClassNames.rename(in.readAllBytes(), replacement.getName(), name);
            return defineClass(name, renamed, 0, renamed.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static String file(String className) {
        return className.replace('.', '/') + ".class";
    }

    private Class<?> define(String name, URL url) throws ClassNotFoundException {
        byte[] bytes;
        Manifest manifest = null;
        try {
            var connection = url.openConnection();
            connection.setUseCaches(false);
            try (var in = connection.getInputStream()) {
                bytes = in.readAllBytes();
                if (connection instanceof JarURLConnection jar) {
                    manifest = jar.getManifest();
                }
            }
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        definePackageOf(name, manifest, url);
        var source = new CodeSource(placeOf(url), (Certificate[]) null);
        var domain = new ProtectionDomain(source, null, this, null);
        byte[] patched = patch(name, bytes);
        return defineClass(name, patched, 0, patched.length, domain);
    }

    /// A class that cannot be changed is left as it is: it works as elsewhere.
    private byte[] patch(String name, byte[] bytes) {
        try {
            var rewritten = rewriter.rewrite(bytes);
            if (!rewritten.changed().isEmpty()) {
                changed.put(name, rewritten.changed());
            }
            if (!rewritten.left().isEmpty()) {
                left.put(name, rewritten.left());
            }
            return rewritten.bytes();
        } catch (IllegalArgumentException | IllegalStateException e) {
            failed.put(name, String.valueOf(e.getMessage()));
            return bytes;
        }
    }

    private void definePackageOf(String className, @Nullable Manifest manifest, URL url) {
        int end = className.lastIndexOf('.');
        if (end < 0) {
            return;
        }
        var name = className.substring(0, end);
        if (getDefinedPackage(name) != null) {
            return;
        }
        try {
            if (manifest == null) {
                var ignored = definePackage(name, null, null, null, null, null, null, null);
            } else {
                var ignored = definePackage(name, manifest, placeOf(url));
            }
        } catch (IllegalArgumentException e) {
            return; // another thread has defined it meanwhile
        }
    }

    /// The place that a resource is in; the resource itself if it is in none.
    private URL placeOf(URL url) {
        var text = url.toString();
        for (var place : getURLs()) {
            if (text.startsWith(place.toString()) || text.startsWith("jar:" + place)) {
                return place;
            }
        }
        return url;
    }

    // ---- resources

    @Override
    public @Nullable URL findResource(String name) {
        return closed ? null : super.findResource(name);
    }

    @Override
    public @Nullable URL getResource(String name) {
        var own = findResource(name);
        return own == null ? super.getResource(name) : own;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        Set<String> seen = new LinkedHashSet<>();
        List<URL> all = new ArrayList<>();
        for (var found : List.of(findResources(name), getParent().getResources(name))) {
            for (var url : Collections.list(found)) {
                if (seen.add(url.toString())) {
                    all.add(url);
                }
            }
        }
        return Collections.enumeration(all);
    }
}
