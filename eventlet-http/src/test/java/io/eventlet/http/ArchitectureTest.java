// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The layers of this module, as rules that a build can break.
@Tag("hub-only") // once is enough
@Timeout(60)
class ArchitectureTest {
    private static final String ROOT = "io.eventlet.http";
    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages(ROOT);

    /// What a package may use of the others. Server and client do not know each other.
    private static final Map<String, Set<String>> LAYERS =
            Map.of(
                    "syntax", Set.of(),
                    "root", Set.of("syntax"),
                    "wire", Set.of("root", "syntax"),
                    "server", Set.of("wire", "root", "syntax"),
                    "client", Set.of("wire", "root", "syntax"),
                    "websocket", Set.of("server", "client", "wire", "root", "syntax"));

    private static String packageOf(String layer) {
        return layer.equals("root") ? ROOT : ROOT + "." + layer;
    }

    @Test
    void dependenciesPointDownwards() {
        var layers =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .withOptionalLayers(true);
        for (var layer : LAYERS.keySet()) {
            layers = layers.layer(layer).definedBy(packageOf(layer));
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
        var packages = LAYERS.keySet().stream().map(ArchitectureTest::packageOf);

        classes().should().resideInAnyPackage(packages.toArray(String[]::new)).check(MODULE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.eventlet.(**)").should().beFreeOfCycles().check(MODULE);
    }

    @Test
    void wireKnowsNoSockets() {
        noClasses()
                .that()
                .resideInAnyPackage(packageOf("syntax"), packageOf("wire"))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.net\\..*Socket|java\\.nio\\.channels\\..*|javax\\.net\\..*|io\\.eventlet\\.net\\..*")
                .check(MODULE);
    }

    @Test
    void nothingIsUsedButTheLibraryAndTheJdk() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "javax..", "io.eventlet..", "org.jspecify..")
                .check(MODULE);
    }

    @Test
    void namesSayWhatTheThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Base)")
                .check(MODULE);
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Base)")
                .check(TESTS);
    }

    @Test
    void testsDoNotSleep() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
        noClasses().should().callMethod(Thread.class, "sleep", Duration.class).check(TESTS);
        noClasses().should().callMethod(TimeUnit.class, "sleep", long.class).check(TESTS);
    }
}
