// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/// The properties by which a JVM is told which protocol to speak, and which to prefer: green
/// sockets do as those of the JDK.
@Timeout(120)
class AddressPreferencesTest {
    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void end() {
        children.forEach(Process::destroyForcibly);
    }

    /// What the JVM says, with such properties: of the JDK's sockets, then of green ones.
    private Said start(String... properties) throws IOException {
        var command = new ArrayList<>(ChildJvm.command(Program.class));
        command.addAll(1, List.of(properties));
        var child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        var process = child.start();
        children.add(process);
        var output = process.inputReader();
        return new Said(answers(output), answers(output));
    }

    private record Said(List<String> ofTheJdk, List<String> ofGreen) {
        int portOfTheJdk() {
            return Integer.parseInt(ofTheJdk.getFirst());
        }

        int greenPort() {
            return Integer.parseInt(ofGreen.getFirst());
        }

        void isTheSame() {
            assertThat(ofGreen.subList(1, ofGreen.size()))
                    .isNotEmpty()
                    .isEqualTo(ofTheJdk.subList(1, ofTheJdk.size()));
        }
    }

    private static List<String> answers(BufferedReader output) throws IOException {
        var lines = new ArrayList<String>();
        for (String line; (line = output.readLine()) != null && !line.isEmpty(); ) {
            lines.add(line);
        }
        return lines;
    }

    private static boolean isHeard(String address, int port) {
        try (var client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void withoutThemListenersHearBothProtocols() throws Exception {
        var said = start();

        said.isTheSame();
        assertThat(isHeard("::1", said.greenPort())).isEqualTo(isHeard("::1", said.portOfTheJdk()));
        assertThat(isHeard("127.0.0.1", said.greenPort())).isTrue();
    }

    @Test
    void oldProtocolAloneIsSpokenIfThatIsAskedFor() throws Exception {
        var said = start("-Djava.net.preferIPv4Stack=true");

        said.isTheSame();
        assertThat(isHeard("::1", said.greenPort())).isFalse();
        assertThat(isHeard("127.0.0.1", said.greenPort())).isTrue();
    }

    @Test
    void newAddressesComeFirstIfThatIsAskedFor() throws Exception {
        var said = start("-Djava.net.preferIPv6Addresses=true");

        said.isTheSame();
        assertThat(isHeard("127.0.0.1", said.greenPort())).isTrue();
    }

    @Test
    void orderIsThatOfTheSystemIfThatIsAskedFor() throws Exception {
        start("-Djava.net.preferIPv6Addresses=system").isTheSame();
    }

    /// What the other JVM runs.
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            tell(SocketFactory.getDefault(), ServerSocketFactory.getDefault());
            tell(GreenSocketFactory.instance(), GreenServerSocketFactory.instance());
            int ignored = System.in.read();
        }

        private static void tell(SocketFactory clients, ServerSocketFactory listeners)
                throws IOException {
            ServerSocket all = listeners.createServerSocket(0); // stays open
            System.out.println(all.getLocalPort());
            System.out.println(all.getInetAddress() + " " + family(all.getInetAddress()));
            try (var client = clients.createSocket("localhost", all.getLocalPort());
                    var server = all.accept()) {
                System.out.println(client.getInetAddress() + " " + client.getLocalAddress());
                System.out.println(server.getInetAddress() + " " + server.getLocalAddress());
            }
            try (var client = clients.createSocket()) {
                client.bind(null);
                System.out.println(client.getLocalAddress());
            }
            System.out.println(outcome(clients, "::1", all.getLocalPort()));
            System.out.println(outcome(clients, "127.0.0.1", all.getLocalPort()));
            System.out.println();
        }

        private static String outcome(SocketFactory clients, String host, int port) {
            try (var client = clients.createSocket(host, port)) {
                return "connected to " + client.getInetAddress();
            } catch (IOException e) {
                return "refused: " + e.getClass();
            } catch (RuntimeException e) {
                return e.getClass().toString();
            }
        }

        private static String family(InetAddress address) {
            return address.getClass().getSimpleName();
        }
    }
}
