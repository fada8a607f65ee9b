// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// Objects that a library whose methods are offloaded gives and takes, alone or in something else.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OffloadContainersTest {
    private final Offload offload = Offload.named("library", 2);
    private final RealLibrary real = new RealLibrary();
    private final Library library = offload.proxy(Library.class, real, Domain.class);

    @AfterEach
    void closeOffload() {
        offload.close();
    }

    /// What the library gives and takes.
    interface Domain {
        String name();

        String thread();
    }

    /// A library, and what it can be asked for.
    interface Library {
        Domain[] array();

        Collection<Domain> collection();

        List<Domain> list();

        @SuppressWarnings("NonApiType") // as libraries do
        ArrayList<Domain> arrayList();

        Set<Domain> set();

        Queue<Domain> queue();

        Map<String, Domain> values();

        Map<Domain, String> keys();

        Map.Entry<String, Domain> entry();

        Optional<Domain> optional();

        Optional<Domain> none();

        Iterable<Domain> iterable();

        Iterator<Domain> iterator();

        Enumeration<Domain> enumeration();

        Stream<Domain> stream();

        Map<String, List<Optional<Domain>>> nested();

        Object anything();

        List<String> names();

        Library self();

        boolean takesItsOwn(@Nullable Object thing);

        boolean takesItsOwn(Domain domain);

        boolean takesItsOwn(Domain... domains);

        boolean takesItsOwn(List<Domain> domains);

        boolean takesItsOwn(Set<Domain> domains);

        boolean takesItsOwn(Map<Domain, List<Domain>> domains);

        boolean takesItsOwn(Optional<Domain> domain);

        boolean takesItsOwn(Iterator<Domain> domains);

        boolean takesItsOwn(Stream<Domain> domains);

        void fill(List<String> names);
    }

    private static String threadName() {
        return Thread.currentThread().getName();
    }

    private record RealDomain(String name) implements Domain {
        @Override
        public String thread() {
            return threadName();
        }
    }

    /// A library that knows its own objects, as drivers do.
    private static final class RealLibrary implements Library {
        private final Domain one = new RealDomain("one");
        private final Domain two = new RealDomain("two");
        private final List<String> names = new ArrayList<>(List.of("one", "two"));
        private boolean closed;

        @Override
        public Domain[] array() {
            return new Domain[] {one, two};
        }

        @Override
        public Collection<Domain> collection() {
            return Collections.unmodifiableCollection(list());
        }

        @Override
        public List<Domain> list() {
            return List.of(one, two);
        }

        @Override
        @SuppressWarnings("NonApiType")
        public ArrayList<Domain> arrayList() {
            return new ArrayList<>(list());
        }

        @Override
        public Set<Domain> set() {
            return new LinkedHashSet<>(list());
        }

        @Override
        public Queue<Domain> queue() {
            return new ArrayDeque<>(list());
        }

        @Override
        public Map<String, Domain> values() {
            return new TreeMap<>(Map.of("1", one, "2", two));
        }

        @Override
        public Map<Domain, String> keys() {
            var keys = new LinkedHashMap<Domain, String>();
            keys.put(one, "1");
            keys.put(two, "2");
            return keys;
        }

        @Override
        public Map.Entry<String, Domain> entry() {
            return Map.entry("1", one);
        }

        @Override
        public Optional<Domain> optional() {
            return Optional.of(one);
        }

        @Override
        public Optional<Domain> none() {
            return Optional.empty();
        }

        @Override
        public Iterable<Domain> iterable() {
            return () -> list().iterator();
        }

        @Override
        public Iterator<Domain> iterator() {
            return list().iterator();
        }

        @Override
        public Enumeration<Domain> enumeration() {
            return Collections.enumeration(list());
        }

        @Override
        public Stream<Domain> stream() {
            return list().stream().onClose(() -> closed = true);
        }

        @Override
        public Map<String, List<Optional<Domain>>> nested() {
            return Map.of("domains", List.of(Optional.of(one), Optional.of(two)));
        }

        @Override
        public Object anything() {
            return list();
        }

        @Override
        public List<String> names() {
            return names;
        }

        @Override
        public Library self() {
            return this;
        }

        @Override
        public boolean takesItsOwn(@Nullable Object thing) {
            return thing == one;
        }

        @Override
        public boolean takesItsOwn(Domain domain) {
            return domain == one;
        }

        @Override
        public boolean takesItsOwn(Domain... domains) {
            return takesItsOwn(List.of(domains));
        }

        @Override
        public boolean takesItsOwn(List<Domain> domains) {
            return domains.size() == 2 && domains.get(0) == one && domains.get(1) == two;
        }

        @Override
        public boolean takesItsOwn(Set<Domain> domains) {
            return takesItsOwn(List.copyOf(domains));
        }

        @Override
        public boolean takesItsOwn(Map<Domain, List<Domain>> domains) {
            return domains.keySet().iterator().next() == one && takesItsOwn(domains.get(one));
        }

        @Override
        public boolean takesItsOwn(Optional<Domain> domain) {
            return domain.orElseThrow() == one;
        }

        @Override
        public boolean takesItsOwn(Iterator<Domain> domains) {
            var list = new ArrayList<Domain>();
            domains.forEachRemaining(list::add);
            return takesItsOwn(list);
        }

        @Override
        public boolean takesItsOwn(Stream<Domain> domains) {
            return takesItsOwn(domains.toList());
        }

        @Override
        public void fill(List<String> filled) {
            filled.addAll(names);
        }
    }

    private static Arguments way(String name, Function<Library, Stream<Domain>> way) {
        return Arguments.argumentSet(name, way);
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                way("array", library -> Stream.of(library.array())),
                way("collection", library -> library.collection().stream()),
                way("list", library -> library.list().stream()),
                way("list of a type", library -> library.arrayList().stream()),
                way("set", library -> library.set().stream()),
                way("queue", library -> library.queue().stream()),
                way("values", library -> library.values().values().stream()),
                way("keys", library -> library.keys().keySet().stream()),
                way("iterable", library -> inFor(library.iterable())),
                way("forEach", library -> inForEach(library.iterable())),
                way("iterator", library -> inIterator(library.iterator())),
                way("forEachRemaining", library -> inForEachRemaining(library.iterator())),
                way("enumeration", library -> inIterator(library.enumeration().asIterator())),
                way("stream", Library::stream),
                way("nested", OffloadContainersTest::inNested),
                way("object", library -> inObject(library.anything())));
    }

    private static Stream<Domain> inFor(Iterable<Domain> iterable) {
        var found = new ArrayList<Domain>();
        for (Domain domain : iterable) {
            found.add(domain);
        }
        return found.stream();
    }

    private static Stream<Domain> inForEach(Iterable<Domain> iterable) {
        var found = new ArrayList<Domain>();
        iterable.forEach(found::add);
        return found.stream();
    }

    private static Stream<Domain> inIterator(Iterator<Domain> iterator) {
        return inFor(() -> iterator);
    }

    private static Stream<Domain> inForEachRemaining(Iterator<Domain> iterator) {
        var found = new ArrayList<Domain>();
        iterator.forEachRemaining(found::add);
        return found.stream();
    }

    private static Stream<Domain> inNested(Library library) {
        return library.nested().get("domains").stream().flatMap(Optional::stream);
    }

    @SuppressWarnings("unchecked")
    private static Stream<Domain> inObject(Object list) {
        return ((List<Domain>) list).stream();
    }

    // ---- what comes back

    @ParameterizedTest
    @MethodSource("ways")
    void objectsInWhatComesBackAreOffloadedToo(Function<Library, Stream<Domain>> way) {
        var domains = way.apply(library).toList();

        assertThat(domains).extracting(Domain::name).containsExactly("one", "two");
        assertThat(domains).allMatch(domain -> domain.thread().startsWith("library-"));
    }

    @Test
    void objectInAnOptionalOrAnEntryIsOffloadedToo() {
        assertThat(library.optional().orElseThrow().thread()).startsWith("library-");
        assertThat(library.entry().getValue().thread()).startsWith("library-");
        assertThat(library.none()).isEmpty();
    }

    @Test
    void whatTheLibraryDoesWithAStreamIsOffloaded() {
        var stream = library.stream();

        stream.close();

        assertThat(real.closed).isTrue();
    }

    /// Else it could not be changed, and would not change with the library.
    @Test
    void collectionWithoutSuchObjectsIsTheLibrarysOwn() {
        assertThat(library.names()).isSameAs(real.names);
    }

    @Test
    void collectionThatContainsItselfComesBack() {
        var endless = new ArrayList<Object>();
        endless.add(endless);
        var map = offload.proxy(Map.class, new HashMap<>(Map.of("endless", endless)), Domain.class);

        assertThat(map.get("endless")).isSameAs(endless);
    }

    @Test
    void theObjectItselfComesBackAsItsProxy() {
        assertThat(library.self()).isSameAs(library);
    }

    // ---- what is passed in

    @Test
    void objectThatIsGivenBackArrivesAsItself() {
        var one = library.list().getFirst();

        assertThat(library.takesItsOwn(one)).isTrue();
        assertThat(library.takesItsOwn((Object) one)).isTrue();
    }

    @Test
    void objectsThatAreGivenBackInSomethingArriveAsThemselves() {
        var one = library.list().getFirst();
        var two = library.list().getLast();

        assertThat(library.takesItsOwn(new Domain[] {one, two})).isTrue();
        assertThat(library.takesItsOwn(List.of(one, two))).isTrue();
        assertThat(library.takesItsOwn(library.set())).isTrue();
        assertThat(library.takesItsOwn(Map.of(one, List.of(one, two)))).isTrue();
        assertThat(library.takesItsOwn(Optional.of(one))).isTrue();
        assertThat(library.takesItsOwn(List.of(one, two).iterator())).isTrue();
        assertThat(library.takesItsOwn(library.iterator())).isTrue();
        assertThat(library.takesItsOwn(Stream.of(one, two))).isTrue();
        assertThat(library.takesItsOwn(library.stream())).isTrue();
    }

    @Test
    void argumentWithoutSuchObjectsIsPassedAsItIs() {
        var names = new ArrayList<String>();

        library.fill(names);

        assertThat(names).containsExactly("one", "two");
    }

    @Test
    void argumentThatHoldsSuchObjectsIsNotChanged() {
        var domains = library.array();
        var one = domains[0];

        assertThat(library.takesItsOwn(domains)).isTrue();

        assertThat(domains[0]).isSameAs(one);
    }

    /// Its thread may be the only one on which it may be used.
    @Test
    @SuppressWarnings("unchecked")
    void objectOfAnotherOffloadIsCalledThere() {
        var other = Offload.named("other", 1);
        var foreign = other.proxy(Domain.class, new RealDomain("foreign"));
        Function<Domain, String> thread = Domain::thread;
        Function<Domain, String> asks = offload.proxy(Function.class, thread);

        assertThat(asks.apply(foreign)).startsWith("other-");

        other.close();
    }

    // ---- questions of every object

    @Test
    void proxiesOfOneObjectAreEqual() {
        var once = library.list();
        var again = library.set();

        assertThat(again).containsExactlyElementsOf(once);
        assertThat(once.getFirst()).isEqualTo(again.iterator().next()).isNotSameAs(again);
        assertThat(library.keys()).containsEntry(once.getFirst(), "1");
    }
}
