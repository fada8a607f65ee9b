// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import io.eventlet.testing.junit.NoLeaks;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.StreamingOutput;

import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A runtime of JAX-RS that stands on the JDK's interface of HTTP servers runs on ours.
@Timeout(180)
@ExtendWith(NoLeaks.class)
class JerseyTest {
    private HttpServer server;

    /// What is served.
    @Path("flowers")
    public static class Flowers {
        @GET
        @Path("{name}")
        public String get(@PathParam("name") String name) {
            if (name.equals("none")) {
                throw new NotFoundException();
            }
            return "a " + name;
        }

        @GET
        @Path("many")
        public StreamingOutput many() {
            return out -> {
                for (int i = 0; i < 10_000; i++) {
                    out.write("rose\n".getBytes(StandardCharsets.US_ASCII));
                }
            };
        }

        @POST
        public String post(String body) {
            return "got " + body.length();
        }
    }

    @BeforeEach
    void start() {
        var localhost = InetAddress.getLoopbackAddress().getHostAddress();
        var root = URI.create("http://%s:0/api/".formatted(localhost));
        server = JdkHttpServerFactory.createHttpServer(root, new ResourceConfig(Flowers.class));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String curl(String path, String... options) throws Exception {
        var command = new java.util.ArrayList<>(List.of("curl", "-q", "-sS", "--noproxy", "*"));
        command.addAll(List.of(options));
        command.add("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
        var curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Jersey shows a server that wraps the one that it asks the JDK for.
    @Test
    void serversOfTheJdkAreOurs() throws Exception {
        var asked = HttpServer.create();

        assertThat(asked.getClass().getPackageName()).isEqualTo("io.eventlet.http.jdk");
        asked.stop(0);
    }

    @Test
    void resourceIsServed() throws Exception {
        assertThat(curl("/api/flowers/rose")).isEqualTo("a rose");
    }

    @Test
    void resourceThatIsNotThereIs404() throws Exception {
        var status = curl("/api/flowers/none", "-o", "/dev/null", "-w", "%{http_code}");

        assertThat(status).isEqualTo("404");
    }

    @Test
    void streamIsServedWhole() throws Exception {
        assertThat(curl("/api/flowers/many")).isEqualTo("rose\n".repeat(10_000));
    }

    @Test
    void bodyArrivesWhole() throws Exception {
        var answer =
                curl("/api/flowers", "-H", "Content-Type: text/plain", "-d", "x".repeat(50_000));

        assertThat(answer).isEqualTo("got 50000");
    }
}
