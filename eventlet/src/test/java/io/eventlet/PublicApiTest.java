// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the module exports, compared with `public-api.txt`, so that no change of it goes unseen.
@Tag("hub-only") // once is enough
class PublicApiTest {
    private static final Path FILE = Path.of("src/test/resources/public-api.txt");
    private static final String UPDATE = "api.update";
    private static final Pattern PACKAGE_OF_TYPE =
            Pattern.compile("\\bio\\.eventlet(?:\\.[a-z]+)*(?=\\.[A-Z])");

    /// Of what mentions a type that is not exported: what javac's lint "exports" would warn of.
    private static final String HIDDEN = " // for this module alone";

    @Test
    void isWhatTheFileSays() throws IOException, URISyntaxException {
        var api = describe(classes());
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(FILE.getParent());
            Files.write(FILE, api);
        }

        assertThat(api)
                .as(
                        "the public API; if the change is meant, run the test with -D%s=true and"
                                + " commit %s",
                        UPDATE, FILE)
                .isEqualTo(Files.readAllLines(FILE));
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(Eventlet.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static List<String> describe(Path classes) throws IOException {
        var exported = exportedPackages(classes);
        var lines = Stream.<String>builder();
        for (var name : exported) {
            for (var type : publicTypes(classes, name)) {
                describe(type, lines);
            }
        }
        return lines.build().map(line -> isForAll(line, exported) ? line : line + HIDDEN).toList();
    }

    private static boolean isForAll(String line, Set<String> exported) {
        return PACKAGE_OF_TYPE
                .matcher(line)
                .results()
                .map(MatchResult::group)
                .allMatch(exported::contains);
    }

    private static Set<String> exportedPackages(Path classes) throws IOException {
        try (var in = Files.newInputStream(classes.resolve("module-info.class"))) {
            return ModuleDescriptor.read(in).exports().stream()
                    .filter(export -> !export.isQualified()) // to a module of ours
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<Class<?>> publicTypes(Path classes, String packageName) throws IOException {
        try (var files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            var names =
                    files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".class") && !file.contains("-"))
                            .map(file -> packageName + "." + file.replace(".class", ""))
                            .sorted()
                            .toList();
            return names.stream()
                    .<Class<?>>map(PublicApiTest::load)
                    .filter(PublicApiTest::isVisible)
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Eventlet.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        var outer = type.getEnclosingClass();
        return isVisible(type.getModifiers())
                && !type.isAnonymousClass()
                && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers) {
        return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static void describe(Class<?> type, Stream.Builder<String> lines) {
        lines.add("");
        lines.add(heading(type));
        Stream.of(
                        type.getDeclaredConstructors(),
                        type.getDeclaredMethods(),
                        type.getDeclaredFields())
                .<Member>flatMap(Arrays::stream)
                .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
                .map(member -> "    " + describe(member, type))
                .sorted()
                .forEach(lines::add);
    }

    private static String heading(Class<?> type) {
        var heading = new StringBuilder(type.toGenericString());
        var parents =
                Stream.concat(
                                Stream.ofNullable(type.getGenericSuperclass())
                                        .filter(parent -> parent != Object.class),
                                Arrays.stream(type.getGenericInterfaces()))
                        .map(Type::getTypeName)
                        .collect(Collectors.joining(", "));
        if (!parents.isEmpty()) {
            heading.append(" : ").append(parents);
        }
        if (type.isSealed()) {
            heading.append(
                    Arrays.stream(type.getPermittedSubclasses())
                            .map(Class::getSimpleName)
                            .sorted()
                            .collect(Collectors.joining(", ", " permits ", "")));
        }
        return heading.toString();
    }

    /// As Java says it, without the name of the type it belongs to.
    private static String describe(Member member, Class<?> type) {
        var text =
                switch (member) {
                    case Method method -> method.toGenericString();
                    case Constructor<?> constructor -> constructor.toGenericString();
                    case Field field -> field.toGenericString();
                    default -> throw new AssertionError(member);
                };
        var owner = type.getName() + (member instanceof Constructor ? "" : ".");
        var own = member instanceof Constructor ? type.getSimpleName() : "";
        int end = member instanceof Executable ? text.indexOf('(') : text.length();
        int at = text.lastIndexOf(owner, end);
        return text.substring(0, at) + own + text.substring(at + owner.length());
    }
}
