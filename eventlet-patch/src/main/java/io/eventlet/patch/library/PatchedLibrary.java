// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.library;

import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A green copy of a library, beside the one that the rest of the program has: the threads and
/// executors that its classes make are green. Eventlet's `import_patched`.
///
/// ```java
/// try (var rome = PatchedLibrary.of("com.rometools.rome.io.SyndFeedInput").open()) {
///     Class<?> input = rome.load("com.rometools.rome.io.SyndFeedInput");
///     Object made = input.getDeclaredConstructor().newInstance();
/// }
/// ```
///
/// The copy has the classes of the jars and directories that are named; all others are those of the
/// program. So its classes are not those that the program's own code refers to: they are reached by
/// an interface that both have, as of the JDK or of a jar that is not copied, or by reflection.
/// Resources, services and packages are those of the copy first. Thread-safe.
///
/// What makes threads that cannot be green stays as it is, and [#report()] says why.
public final class PatchedLibrary implements AutoCloseable {
    private final PatchedLoader loader;

    private PatchedLibrary(PatchedLoader loader) {
        this.loader = loader;
    }

    /// Begins a copy of the jar or directory that a class comes from. Neither loads nor initialises
    /// the class. Throws `IllegalArgumentException` if there is no such class, or the JDK has it.
    public static Builder of(String className) {
        return new Builder().with(className);
    }

    /// Begins a copy of jars, and directories of classes. Throws `IllegalArgumentException` for
    /// what is neither.
    public static Builder of(Path... places) {
        var builder = new Builder();
        for (var place : places) {
            builder.with(place);
        }
        return builder;
    }

    /// A class of the copy, or one of the program if the copy has none of that name. Throws
    /// `IllegalArgumentException` if there is none.
    public Class<?> load(String className) {
        try {
            return Class.forName(Objects.requireNonNull(className), false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("no class " + className + " in " + this, e);
        }
    }

    /// Makes an object of a class of the copy by its public constructor without arguments, as
    /// something that the program knows too. What the constructor throws is thrown if it is
    /// unchecked, and is the cause of an `IllegalStateException` otherwise; so is that there is no
    /// such constructor. Throws `ClassCastException` if it is no such thing.
    public <T> T create(String className, Class<T> as) {
        try {
            return as.cast(load(className).getConstructor().newInstance());
        } catch (InvocationTargetException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case RuntimeException thrown -> throw thrown;
                case Error thrown -> throw thrown;
                default -> throw new IllegalStateException(className + " failed", e.getCause());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    className + " has no public constructor without arguments, or is abstract", e);
        }
    }

    /// The loader of its classes, for libraries that take one, and for the context of a thread.
    public ClassLoader loader() {
        return loader;
    }

    /// What has been changed in the classes that were loaded up to now, and which threads stay
    /// platform threads.
    public PatchReport report() {
        return loader.report();
    }

    /// Closes its jars: classes that are not loaded yet are not found any more. Its objects stay
    /// usable, and what its threads do goes on.
    @Override
    public void close() {
        loader.close();
    }

    @Override
    public String toString() {
        return "green copy of " + loader.places();
    }

    /// What is to be copied.
    public static final class Builder {
        private final Set<URI> places = new LinkedHashSet<>();
        private final Map<String, Class<?>> injected = new HashMap<>();
        private final ClassLoader parent;

        private Builder() {
            var context = Thread.currentThread().getContextClassLoader();
            parent = context == null ? ClassLoader.getSystemClassLoader() : context;
        }

        /// Copies the jar or directory that a class comes from as well.
        public Builder with(String className) {
            places.add(ClassPlaces.of(Objects.requireNonNull(className), parent));
            return this;
        }

        /// Copies a jar, or a directory of classes, as well.
        public Builder with(Path place) {
            if (!Files.isRegularFile(place) && !Files.isDirectory(place)) {
                throw new IllegalArgumentException("no jar and no directory of classes: " + place);
            }
            places.add(place.toUri());
            return this;
        }

        /// Has the copy find another class under a name, as a fake for a test: whatever in the copy
        /// refers to that name gets a copy of this class. It must have what they use of it, and no
        /// classes inside it.
        public Builder inject(String className, Class<?> replacement) {
            injected.put(Objects.requireNonNull(className), Objects.requireNonNull(replacement));
            return this;
        }

        /// Makes the copy. Its classes are loaded when they are needed.
        public PatchedLibrary open() {
            return new PatchedLibrary(
                    new PatchedLoader(List.copyOf(places), Map.copyOf(injected), parent));
        }
    }
}
