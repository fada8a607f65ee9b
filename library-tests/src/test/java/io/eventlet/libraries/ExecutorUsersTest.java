// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.GreenExecutor;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.testing.LeakCheck;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/// Libraries that take an executor run in green threads.
@Timeout(180)
class ExecutorUsersTest {
    /// Answers where it runs.
    private static final class Where extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            response.getWriter().print(GreenThread.current() + " on " + Hub.current());
        }
    }

    @Test
    void tomcatHandlesRequestsOnAHub(@TempDir Path directory) throws Exception {
        try (var hub = Hub.start("web");
                var executor = GreenExecutor.on(hub, "http-")) {
            var tomcat = new Tomcat();
            tomcat.setBaseDir(directory.toString());
            tomcat.setPort(0);
            var connector = tomcat.getConnector();
            connector.getProtocolHandler().setExecutor(executor);
            var context = tomcat.addContext("", directory.toString());
            Tomcat.addServlet(context, "where", new Where()).addMapping("/");
            tomcat.start();
            try {
                var url = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/").toURL();
                try (var in = url.openStream()) {
                    var answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);

                    assertThat(answer).matches("green thread #\\d+ 'http-\\d+' on hub 'web'");
                }
            } finally {
                tomcat.stop();
                tomcat.destroy();
            }
        }
    }

    @Test
    void springSchedulesOnAHub() throws Exception {
        var check = LeakCheck.begin();
        try (var hub = Hub.start("tasks");
                var executor = GreenExecutor.on(hub, "task-")) {
            var scheduler = new ConcurrentTaskScheduler(executor);
            var three = new CountDownLatch(3);
            var once = scheduler.schedule(three::countDown, Instant.now());
            var periodic = scheduler.scheduleAtFixedRate(three::countDown, Duration.ofMillis(1));

            three.await();
            periodic.cancel(false);

            assertThat(once.get()).isNull();
            assertThat(scheduler.submit(Hub::current).get()).isEqualTo(hub);
        }
        check.close();
    }
}
