// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.libraries.servers.FtpServer;
import io.eventlet.libraries.servers.HeldAnswers;
import io.eventlet.libraries.servers.MailServer;
import io.eventlet.libraries.servers.ZmqServer;
import io.eventlet.libraries.storm.Library;
import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.ZContext;

import java.util.stream.Stream;

/// Clients for FTP, mail and ZeroMQ, as they are, where sockets, threads and executors are patched.
@Tag("hub-only")
@Timeout(180)
class PatchedProtocolsTest {
    private static final int SOME = 500; // questions
    private static final int MANY = 20_000;

    private static FtpServer ftp;
    private static MailServer mail;
    private static ZmqServer zmq;

    enum Protocol {
        FTP,
        SMTP,
        IMAP,
        ZMQ
    }

    @BeforeAll
    static void start() throws Exception {
        ftp = FtpServer.start();
        mail = MailServer.start();
        zmq = ZmqServer.start();
        AllParts.patch();
    }

    @AfterAll
    static void stop() throws Exception {
        AllParts.undo();
        ftp.close();
        mail.close();
        zmq.close();
    }

    private static Library library(Protocol protocol, ZContext context) {
        return switch (protocol) {
            case FTP -> ProtocolsAsTheyAre.ftp(ftp);
            case SMTP -> ProtocolsAsTheyAre.smtp(mail);
            case IMAP -> ProtocolsAsTheyAre.imap(mail);
            case ZMQ -> ProtocolsAsTheyAre.zmq(context, zmq);
        };
    }

    private static HeldAnswers held(Protocol protocol) {
        return switch (protocol) {
            case FTP -> ftp.held();
            case SMTP, IMAP -> mail.held();
            case ZMQ -> zmq.held();
        };
    }

    @ParameterizedTest
    @EnumSource
    void asksAllAtOnce(Protocol protocol) throws Exception {
        try (var hub = Hub.start("patched");
                var context = new ZContext()) {
            AllAtOnce.assertAnswered(hub, library(protocol, context), held(protocol));
        }
    }

    @Test
    void threadsOfZeroMqAreGreen() throws Exception {
        long before = platformThreadsOfZeroMq(); // of the server, which is not patched

        try (var hub = Hub.start("patched");
                var context = new ZContext()) {
            var library = library(Protocol.ZMQ, context);
            var answer = Eventlet.spawnOn(hub, () -> library.ask(1, 0)).await();

            assertThat(answer).isEqualTo(1);
            assertThat(before).isPositive();
            assertThat(platformThreadsOfZeroMq()).isEqualTo(before);
        }
    }

    private static long platformThreadsOfZeroMq() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack ->
                        Stream.of(stack)
                                .anyMatch(frame -> frame.getClassName().equals("zmq.poll.Poller")))
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void answersOnAfterTimeoutsAndKills(Protocol protocol) throws Exception {
        storm(protocol, SOME);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("stress")
    @Timeout(900)
    void answersOnAfterManyTimeoutsAndKills(Protocol protocol) throws Exception {
        storm(protocol, MANY);
    }

    private static void storm(Protocol protocol, int questions) throws Exception {
        try (var storm = Storm.of(protocol + ", patched", questions);
                var context = new ZContext()) {
            // What ends a wait in a close, after the answer, is an error that libraries swallow.
            storm.tolerateInterrupted();
            var library = library(protocol, context);
            storm.rage(library);
            storm.assertAnswers(library);
        }
    }
}
