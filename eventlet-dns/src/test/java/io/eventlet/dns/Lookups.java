// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;
import io.eventlet.ThrowingSupplier;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// What the tests of look-ups share.
final class Lookups {
    static final Path NO_FILE = Path.of("/there/is/no/such/file");

    private Lookups() {}

    /// A resolver that reads no files, and waits long for the servers.
    static GreenResolverBuilder asking(TestServer... servers) {
        var builder =
                GreenResolver.builder()
                        .hostsFile(NO_FILE)
                        .resolvConf(NO_FILE)
                        .timeout(Duration.ofSeconds(20));
        for (var server : servers) {
            builder = builder.server(server.address());
        }
        return builder;
    }

    /// Runs something in a green thread.
    static <T, X extends Exception> T green(ThrowingSupplier<T, X> body) throws X {
        try {
            return Eventlet.spawn(body::get).await();
        } catch (TaskFailed e) {
            throw Lookups.<X>unchecked(Objects.requireNonNull(e.getCause()));
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Exception> X unchecked(Throwable cause) {
        if (cause instanceof Error e) {
            throw e;
        }
        return (X) cause;
    }

    static List<String> texts(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).toList();
    }
}
