// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
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

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;

import io.eventlet.hub.Cancelled;
import io.eventlet.hub.Strand;
import io.eventlet.hub.UncaughtErrors;
import io.eventlet.os.CarrierThread;
import io.eventlet.os.VirtualThreads;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.invoke.MethodHandles;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
                    Strand.class, // a green thread is one, and saves an object by it
                    CarrierThread.class); // by the hub, in another package

    /// Whose subject is what a sleep does.
    private static final Set<String> ABOUT_SLEEP =
            Set.of("ForeignCodeTest", "InterruptibleWaitTest", "JdkWaitsTest");

    /// The facade: it stands on top of everything, so that one import is enough.
    private static final DescribedPredicate<JavaClass> FACADE =
            describe("the facade", type -> type.isEquivalentTo(Eventlet.class));

    private static final DescribedPredicate<JavaClass> ROOT =
            resideInAPackage("io.eventlet").and(not(FACADE));

    @Test
    void dependenciesPointDownwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("os")
                .definedBy("io.eventlet.os")
                .layer("poll")
                .definedBy("io.eventlet.poll")
                .layer("hub")
                .definedBy("io.eventlet.hub")
                .layer("root")
                .definedBy(ROOT)
                .layer("queue")
                .definedBy("io.eventlet.queue")
                .layer("net")
                .definedBy("io.eventlet.net")
                .layer("diagnosis")
                .definedBy("io.eventlet.diagnosis")
                .layer("testing")
                .definedBy("io.eventlet.testing")
                .whereLayer("diagnosis")
                .mayOnlyAccessLayers("hub")
                .whereLayer("testing")
                .mayOnlyAccessLayers("root", "hub", "poll")
                .whereLayer("net")
                .mayOnlyAccessLayers("queue", "root", "hub", "poll")
                .whereLayer("queue")
                .mayOnlyAccessLayers("root", "hub", "poll")
                .whereLayer("root")
                .mayOnlyAccessLayers("hub", "poll")
                .whereLayer("hub")
                .mayOnlyAccessLayers("poll", "os")
                .whereLayer("poll")
                .mayOnlyAccessLayers("os")
                .whereLayer("os")
                .mayNotAccessAnyLayer()
                .check(LIBRARY);
    }

    /// Sockets, and tools for tests, spawn and sleep through the facade as users do; nothing below
    /// them knows it.
    @Test
    void nothingBelowTheSocketsUsesTheFacade() {
        noClasses()
                .that(not(FACADE))
                .and()
                .resideOutsideOfPackages("io.eventlet.net", "io.eventlet.testing")
                .should()
                .dependOnClassesThat(FACADE)
                .check(LIBRARY);
    }

    @Test
    void socketsDoNotUseWhatTheFacadeSaysOfSockets() {
        noClasses()
                .that()
                .resideInAPackage("io.eventlet.net")
                .should()
                .callMethodWhere(
                        describe(
                                "networking of the facade",
                                (JavaCall<?> call) ->
                                        FACADE.test(call.getTargetOwner())
                                                && Set.of("listen", "connect", "serve", "wrapSsl")
                                                        .contains(call.getName())))
                .check(LIBRARY);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.eventlet.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(alwaysTrue(), FACADE)
                .ignoreDependency(FACADE, alwaysTrue())
                .check(LIBRARY);
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
