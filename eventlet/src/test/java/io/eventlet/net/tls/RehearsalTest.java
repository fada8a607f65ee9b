// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.ChildJvm;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.ReportedErrors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.lang.management.ManagementFactory;

import javax.net.ssl.SSLContext;

/// The first handshake of a JVM.
@Timeout(120)
@Tag("hub-only")
class RehearsalTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    @Test
    void firstHandshakeLoadsFewClassesOnTheHub() throws Exception {
        var child =
                new ProcessBuilder(ChildJvm.command(Program.class))
                        .redirectErrorStream(true)
                        .start();

        String output = new String(child.getInputStream().readAllBytes(), UTF_8);

        assertThat(output).contains("shaken").contains("few classes");
    }

    @Test
    void rehearsalWhoseThreadCannotBeStartedIsNotWaitedFor() {
        var lack = new OutOfMemoryError("as asked");

        var begun =
                Rehearsal.begun(
                        () -> {},
                        _ -> {
                            throw lack;
                        });

        assertThat(begun).isDone();
        Eventually.until(() -> reported.contains(lack));
    }

    @Test
    void certificateIsTrustedByItsContext() throws Exception {
        var context = RehearsalCertificate.make().context();

        try (var listener = Eventlet.listen("127.0.0.1", 0);
                var near = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                var client = Eventlet.wrapSsl(near, context, "localhost");
                var server = Eventlet.wrapSslServer(listener.accept(), context)) {
            var other = Eventlet.spawn(() -> server.startHandshake());
            client.startHandshake();
            other.await();

            assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    /// What the other JVM runs: two green threads of one hub that meet by TLS. Their contexts are
    /// made by a thread of the JDK before, as by a program that reads its keys from files.
    static final class Program {
        /// Without a rehearsal there are more than 500.
        private static final int FEW = 100;

        private Program() {}

        public static void main(String[] args) throws Exception {
            var local = TestCertificate.local();
            SSLContext clients = TestCertificate.trusting(local);
            SSLContext servers = local.context();
            Eventlet.run(() -> {
                try (var listener = Eventlet.listen("127.0.0.1", 0);
                        var near = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                        var client = Eventlet.wrapSsl(near, clients, "localhost");
                        var server = Eventlet.wrapSslServer(listener.accept(), servers)) {
                    long before = loaded();
                    var other = Eventlet.spawn(() -> server.startHandshake());
                    client.startHandshake();
                    other.await();
                    long during = loaded() - before;
                    System.out.println("shaken");
                    System.out.println(
                            (during < FEW ? "few classes: " : "too many classes: ") + during);
                }
            });
        }

        private static long loaded() {
            return ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
        }
    }
}
