// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.spi.HttpServerProvider;

/// Whose servers a test is about: what is documented holds for those of both.
enum Maker {
    GREEN,
    JDK;

    HttpServerProvider provider() throws ReflectiveOperationException {
        if (this == GREEN) {
            return new GreenHttpServerProvider();
        }
        return Class.forName("sun.net.httpserver.DefaultHttpServerProvider")
                .asSubclass(HttpServerProvider.class)
                .getConstructor()
                .newInstance();
    }
}
