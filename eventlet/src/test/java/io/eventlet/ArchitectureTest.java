// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.HubStrand;
import io.eventlet.member.Member;
import io.eventlet.member.PermitPool;
import io.eventlet.os.CarrierThread;
import io.eventlet.os.VirtualThreads;
import io.eventlet.transport.NameService;
import io.eventlet.transport.TransportListener;
import io.eventlet.transport.TransportSocket;
import io.eventlet.wait.Carrier;
import io.eventlet.wait.Mutex;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.Strand;
import io.eventlet.wait.UncaughtErrors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The architecture, as rules that a build can break.
@Tag("hub-only") // once is enough
class ArchitectureTest {
    private static final JavaClasses LIBRARY =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.eventlet");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages("io.eventlet");

    /// Meant to be extended, and why.
    private static final Set<Class<?>> OPEN =
            Set.of(
                    Cancelled.class, // causes are told apart by their types
                    Strand.class, // a thread may have one or be one
                    HubStrand.class, // a green thread is one, and saves an object by it
                    Member.class, // likewise, as what may be a member of a pool
                    ReadySource.class, // by what is waited for, so that users do not see how
                    Mutex.class, // by what it is about, which it names in dumps
                    Carrier.class, // by the hub, in another package
                    PermitPool.class, // by the pool, in another package
                    CarrierThread.class, // by the hub, in another package
                    NameService.class, // by eventlet-dns
                    TransportSocket.class, // by the socket, in another package
                    TransportListener.class); // by the listener, in another package

    /// Whose subject is what a sleep does.
    private static final Set<String> ABOUT_SLEEP =
            Set.of("ForeignCodeTest", "InterruptibleWaitTest", "JdkWaitsTest");

    /// The facade, in the root package so that one import is enough: a layer of its own, that no
    /// other may use.
    private static final DescribedPredicate<JavaClass> FACADE =
            describe("the facade", type -> type.isEquivalentTo(Eventlet.class));

    private static final DescribedPredicate<JavaClass> ROOT =
            resideInAPackage("io.eventlet").and(not(FACADE));

    /// What a package may use of the others; one that may use nothing is at the bottom.
    private static final Map<String, Set<String>> LAYERS =
            Map.ofEntries(
                    entry(
                            "facade",
                            Set.of(
                                    "net",
                                    "net.server",
                                    "net.tls",
                                    "transport",
                                    "offload",
                                    "root",
                                    "diagnosis",
                                    "hub",
                                    "wait")),
                    entry(
                            "testing",
                            Set.of(
                                    "resource",
                                    "root",
                                    "diagnosis",
                                    "hub",
                                    "wait",
                                    "poll",
                                    "lang",
                                    "errors")),
                    entry(
                            "net.server",
                            Set.of(
                                    "net",
                                    "net.tls",
                                    "transport",
                                    "root",
                                    "hub",
                                    "wait",
                                    "poll",
                                    "errors")),
                    entry(
                            "net.tls",
                            Set.of("net", "transport", "root", "hub", "wait", "poll", "errors")),
                    entry("process", Set.of("transport", "offload", "root", "hub", "poll")),
                    entry("net", Set.of("transport", "hub", "wait", "poll", "errors")),
                    entry("dag", Set.of("root", "member", "hub", "wait", "lang", "errors")),
                    entry("limit", Set.of("root", "member", "hub", "wait", "lang", "errors")),
                    entry("offload", Set.of("root", "hub", "wait", "lang", "errors")),
                    entry("resource", Set.of("root", "member", "hub", "wait", "lang", "errors")),
                    entry("queue", Set.of("root", "hub", "wait", "poll", "errors")),
                    entry(
                            "root",
                            Set.of("member", "diagnosis", "hub", "wait", "poll", "lang", "errors")),
                    entry("member", Set.of("hub", "wait", "lang", "errors")),
                    entry("diagnosis", Set.of("hub", "wait", "poll", "os", "lang", "errors")),
                    entry("hub", Set.of("foreign", "wait", "poll", "os", "lang", "errors")),
                    entry("foreign", Set.of("wait", "poll", "os")),
                    entry("wait", Set.of("lang", "poll", "os", "errors")),
                    entry("poll", Set.of("os", "lang", "errors")),
                    entry("transport", Set.of("wait", "poll", "os")),
                    entry("errors", Set.of()),
                    entry("os", Set.of()),
                    entry("lang", Set.of()));

    @Test
    void dependenciesPointDownwards() {
        var layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (var layer : LAYERS.keySet()) {
            layers =
                    switch (layer) {
                        case "facade" -> layers.layer(layer).definedBy(FACADE);
                        case "root" -> layers.layer(layer).definedBy(ROOT);
                        default -> layers.layer(layer).definedBy("io.eventlet." + layer);
                    };
        }
        for (var layer : LAYERS.entrySet()) {
            var below = layer.getValue().toArray(String[]::new);
            var one = layers.whereLayer(layer.getKey());
            layers =
                    below.length == 0 ? one.mayNotAccessAnyLayer() : one.mayOnlyAccessLayers(below);
        }

        layers.check(LIBRARY);
    }

    @Test
    void everyPackageIsInALayer() {
        var layers =
                Stream.concat(
                                Stream.of("io.eventlet"),
                                LAYERS.keySet().stream().map(layer -> "io.eventlet." + layer))
                        .toArray(String[]::new);

        classes().should().resideInAnyPackage(layers).check(LIBRARY);
    }

    @Test
    void layersHaveNoCycles() {
        slices().assignedFrom(
                        new SliceAssignment() {
                            @Override
                            public SliceIdentifier getIdentifierOf(JavaClass type) {
                                return SliceIdentifier.of(layerOf(type));
                            }

                            @Override
                            public String getDescription() {
                                return "layers";
                            }
                        })
                .should()
                .beFreeOfCycles()
                .check(LIBRARY);
    }

    private static String layerOf(JavaClass type) {
        if (FACADE.test(type)) {
            return "facade";
        }
        return ROOT.test(type) ? "root" : type.getPackageName().replace("io.eventlet.", "");
    }

    @Test
    void onlyOsCallsNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.eventlet.os")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(LIBRARY);
    }

    @Test
    void onlyOneClassReachesIntoTheJdk() {
        noClasses()
                .that()
                .areNotAssignableTo(VirtualThreads.class)
                .and()
                .haveNameNotMatching(".*\\.VirtualThreads\\$.*")
                .should()
                .callMethodWhere(
                        describe(
                                "reaching into the JDK",
                                (JavaCall<?> call) ->
                                        call.getName().equals("setAccessible")
                                                || (call.getTargetOwner()
                                                                .isEquivalentTo(MethodHandles.class)
                                                        && call.getName()
                                                                .equals("privateLookupIn"))))
                .check(LIBRARY);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "jdk.internal..")
                .check(LIBRARY);
    }

    @Test
    void namesSayWhatTheThingIs() {
        noClasses()
                .that()
                .doNotHaveSimpleName("GreenSocketImpl") // the JDK's word for what it extends
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Base)")
                .check(LIBRARY);
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Base)")
                .check(TESTS);
    }

    @Test
    void publicClassesAreClosed() {
        var closed =
                describe(
                        "closed",
                        (JavaClass type) ->
                                type.getModifiers().contains(JavaModifier.FINAL)
                                        || type.reflect().isSealed()
                                        || OPEN.contains(type.reflect()));
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should(ArchCondition.from(closed))
                .check(LIBRARY);
    }

    @Test
    void theLibraryWritesToTheLogOfTheSystemOnly() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
                LIBRARY.that(not(equivalentTo(UncaughtErrors.class)))); // at exit no log writes
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(LIBRARY);
    }

    /// The first time, the JDK computes powers of ten for that, and a hub stands still.
    @Test
    void durationsAreNotCalculatedWithBigDecimal() {
        noClasses()
                .should()
                .callMethod(Duration.class, "negated")
                .orShould()
                .callMethod(Duration.class, "abs")
                .orShould()
                .callMethod(Duration.class, "multipliedBy", long.class)
                .orShould()
                .callMethod(Duration.class, "dividedBy", long.class)
                .check(LIBRARY);
    }

    @Test
    void testsDoNotSleep() {
        noClasses()
                .that(
                        describe(
                                "tests of something else than sleeping",
                                type -> !ABOUT_SLEEP.contains(outermost(type).getSimpleName())))
                .should()
                .callMethodWhere(
                        describe(
                                "a sleep",
                                (JavaCall<?> call) ->
                                        call.getName().equals("sleep")
                                                && (call.getTargetOwner()
                                                                .isEquivalentTo(Thread.class)
                                                        || call.getTargetOwner()
                                                                .isEquivalentTo(TimeUnit.class))))
                .check(TESTS);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}
