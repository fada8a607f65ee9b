// SPDX-License-Identifier: Apache-2.0

import io.eventlet.Eventlet;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.patch.Patcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// The echo of `JdkEcho` in green threads of one hub: on sockets of the JDK, as they are or
/// patched, or on green sockets.
///
/// Usage: `java … PatchedEcho.java PORT patched|unpatched|green`
final class PatchedEcho {

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        String sockets = arguments[1];
        if (sockets.equals("patched")) {
            Patcher.monkeyPatch().forEach(System.out::print);
        }
        Eventlet.run(() -> serve(port, sockets.equals("green")));
    }

    private static void serve(int port, boolean green) throws IOException {
        var address = InetAddress.getByName("127.0.0.1");
        try (var listener =
                green
                        ? new GreenServerSocket(port, 4096, address)
                        : new ServerSocket(port, 4096, address)) {
            while (true) {
                Socket client = listener.accept();
                Eventlet.spawnN(() -> echo(client));
            }
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = client.getInputStream();
            var out = client.getOutputStream();
            var buffer = new byte[16384];
            int n;
            while ((n = in.read(buffer)) >= 0) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // The load generator leaves without a farewell: nothing to say.
        }
    }
}
