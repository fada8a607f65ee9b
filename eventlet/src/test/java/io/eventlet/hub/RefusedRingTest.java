// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;
import io.eventlet.os.Errno;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// Where seccomp forbids io_uring, as in containers.
@Tag("hub-only")
@Timeout(120)
class RefusedRingTest {
    private static final int IO_URING_SETUP = 425;
    private static final int IO_URING_ENTER = 426;
    private static final int IO_URING_REGISTER = 427;

    /// Has the system call of its first argument fail with its second, and says what hubs poll
    /// with.
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Throwable {
            RefusedCall.refuse(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
            try {
                System.out.println(Hub.main().poller());
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static List<String> run(String hub, int errno) throws Exception {
        return run(hub, IO_URING_SETUP, errno);
    }

    private static List<String> run(String hub, int call, int errno) throws Exception {
        return ChildJvm.run(
                Program.class,
                List.of("-Deventlet.hub=" + hub),
                Integer.toString(call),
                Integer.toString(errno));
    }

    @ParameterizedTest
    @ValueSource(ints = {IO_URING_ENTER, IO_URING_REGISTER})
    void aRingOfWhichAnotherCallIsRefusedIsNotThere(int call) throws Exception {
        assertThat(run("io_uring,epoll", call, Errno.EPERM))
                .filteredOn(line -> !line.startsWith("INFO hub mode: "))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "INFO io_uring is not there: this process may not"
                                                        + " use io_uring"),
                        line -> assertThat(line).isEqualTo("epoll"));
    }

    @Test
    void ofAListTheNextIsTakenAndOneLineSaysWhy() throws Exception {
        assertThat(run("io_uring,epoll", Errno.EPERM))
                .filteredOn(line -> !line.startsWith("INFO hub mode: "))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("INFO io_uring is not there: ")
                                        .contains("seccomp")
                                        .endsWith("next is epoll"),
                        line -> assertThat(line).isEqualTo("epoll"));
    }

    @Test
    void askedForAloneItIsAnErrorThatNamesWhatThereIs() throws Exception {
        assertThat(run("io_uring", Errno.EPERM))
                .singleElement()
                .asString()
                .startsWith("-Deventlet.hub=io_uring, but io_uring is not there: ")
                .contains("kernel.io_uring_disabled", "this machine has epoll");
    }

    @Test
    void aKernelThatDoesNotKnowItIsNamedAsTheReason() throws Exception {
        assertThat(run("io_uring,epoll", Errno.ENOSYS))
                .anyMatch(line -> line.contains("this kernel is built without io_uring"))
                .endsWith("epoll");
    }
}
