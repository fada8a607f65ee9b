// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// The layers of this module, as rules that a build can break.
@Tag("hub-only") // once is enough
@Timeout(60)
class ArchitectureTest {
    private static final String ROOT = "io.eventlet.mirror";
    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages(ROOT);

    /// What a package may use of the others.
    private static final Map<String, Set<String>> LAYERS =
            Map.ofEntries(
                    Map.entry("frontier", Set.of()),
                    Map.entry("listing", Set.of()),
                    Map.entry("scope", Set.of()),
                    Map.entry("place", Set.of()),
                    Map.entry("access", Set.of()),
                    Map.entry("manners", Set.of()),
                    Map.entry("pages", Set.of()),
                    Map.entry("robots", Set.of()),
                    Map.entry("originals", Set.of("place")),
                    Map.entry("checks", Set.of("place", "originals")),
                    Map.entry("secrets", Set.of()),
                    Map.entry("archive", Set.of("secrets")),
                    Map.entry("fetch", Set.of("place", "originals", "checks", "archive")),
                    Map.entry(
                            "crawl",
                            Set.of(
                                    "frontier",
                                    "listing",
                                    "scope",
                                    "place",
                                    "originals",
                                    "fetch",
                                    "archive",
                                    "manners",
                                    "pages",
                                    "robots",
                                    "secrets")));

    @Test
    void dependenciesPointDownwards() {
        var layers =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .withOptionalLayers(true);
        for (var layer : LAYERS.keySet()) {
            layers = layers.layer(layer).definedBy(ROOT + "." + layer);
        }
        for (var layer : LAYERS.entrySet()) {
            var below = layer.getValue().toArray(String[]::new);
            var one = layers.whereLayer(layer.getKey());
            layers =
                    below.length == 0 ? one.mayNotAccessAnyLayer() : one.mayOnlyAccessLayers(below);
        }

        layers.check(MODULE);
    }

    @Test
    void everyPackageIsInALayer() {
        var packages = LAYERS.keySet().stream().map(layer -> ROOT + "." + layer);

        classes().should().resideInAnyPackage(packages.toArray(String[]::new)).check(MODULE);
    }

    @Test
    void librariesAreKnownWhereTheyAreUsed() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".listing", ROOT + ".pages")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.jsoup..")
                .check(MODULE);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".frontier")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.h2..")
                .check(MODULE);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".robots", ROOT + ".access")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("crawlercommons..")
                .check(MODULE);
    }

    @Test
    void testsDoNotSleep() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
        noClasses().should().callMethod(Thread.class, "sleep", Duration.class).check(TESTS);
    }
}
