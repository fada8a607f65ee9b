// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which handler gets a request.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ContextsTest {
    /// The table in the documentation of `HttpServer`.
    @ParameterizedTest
    @EnumSource
    void contextWithTheLongestMatchingPathHandles(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.context("/", "1");
            site.context("/apps/", "2");
            site.context("/apps/foo/", "3");
            site.server.start();

            assertThat(site.get("/apps/foo/bar")).isEqualTo("3");
            assertThat(site.get("/apps/Foo/bar")).isEqualTo("2");
            assertThat(site.get("/apps/app1?a=b")).isEqualTo("2");
            assertThat(site.get("/foo")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pathIsAPrefixOfLettersAndNotOfSegments(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.context("/foo", "foo");
            site.server.start();

            assertThat(site.get("/foobar")).isEqualTo("foo");
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestWithoutContextIsAnsweredWith404(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.context("/a", "a");
            site.server.start();

            assertThat(site.ask("GET /b HTTP/1.1\n" + Site.LAST)).startsWith("HTTP/1.1 404 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void contextWithoutHandlerIsAnsweredWith500(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.server.createContext("/");
            site.server.start();

            assertThat(site.ask("GET /b HTTP/1.1\n" + Site.LAST)).startsWith("HTTP/1.1 500 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void contextsComeAndGoWhileTheServerRuns(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            site.server.start();

            var first = site.context("/a", "first");
            var before = site.get("/a");
            site.server.removeContext(first);
            site.context("/a", "second");
            var after = site.get("/a");
            site.server.removeContext("/a");

            assertThat(before).isEqualTo("first");
            assertThat(after).isEqualTo("second");
            assertThat(site.ask("GET /a HTTP/1.1\n" + Site.LAST)).startsWith("HTTP/1.1 404 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoContextIsRefused(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            var server = site.server;
            var context = site.context("/a", "a");

            assertThatIllegalArgumentException().isThrownBy(() -> site.context("/a", "again"));
            assertThatIllegalArgumentException().isThrownBy(() -> site.context("a", "no slash"));
            assertThatIllegalArgumentException().isThrownBy(() -> server.removeContext("/b"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.setHandler(Site.saying("another")));
            assertThatNullPointerException().isThrownBy(() -> server.createContext("/c", null));
            assertThat(context.getServer()).isSameAs(server);
            assertThat(context.getPath()).isEqualTo("/a");
        }
    }
}
