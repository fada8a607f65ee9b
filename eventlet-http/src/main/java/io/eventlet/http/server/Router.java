// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// Chooses a handler by path and method.
///
/// ```java
/// var router = Router.builder()
///         .get("/users/{id}", request -> show(request.parameter("id")))
///         .post("/users", this::create)
///         .route("GET", "/files/{path...}", files)
///         .build();
/// ```
///
/// A pattern has segments that must be there as they stand, `{name}` for one segment, and at its
/// end `{name...}` for all the rest, of which there may be none. Of the patterns that match, the
/// one whose first different segment is most specific is chosen: text before `{name}` before
/// `{name...}`. Segments are compared decoded, after the path was split: an encoded slash belongs
/// to its segment. `GET` answers `HEAD` as well. A path without a pattern is answered with 404, a
/// method without a handler with 405 and `Allow`, and `OPTIONS` with 204 and `Allow`, unless a
/// handler is there. Immutable.
public final class Router implements Handler {
    private final Node root;
    private final Handler fallback;

    private Router(Node root, Handler fallback) {
        this.root = root;
        this.fallback = fallback;
    }

    public static Builder builder() {
        return new Builder();
    }

    /// The routes of a router.
    public static final class Builder {
        private final Node root = new Node();
        private Handler fallback = _ -> Response.text(404, "not found\n");

        private Builder() {}

        public Builder get(String pattern, Handler handler) {
            return route("GET", pattern, handler);
        }

        public Builder post(String pattern, Handler handler) {
            return route("POST", pattern, handler);
        }

        public Builder put(String pattern, Handler handler) {
            return route("PUT", pattern, handler);
        }

        public Builder delete(String pattern, Handler handler) {
            return route("DELETE", pattern, handler);
        }

        /// A route for a method, or for all with `*`. Throws an `IllegalArgumentException` for a
        /// pattern that does not begin with a slash, names something twice or has a rest before its
        /// end, and for a second handler of the same method and pattern.
        public Builder route(String method, String pattern, Handler handler) {
            if (!pattern.startsWith("/")) {
                throw new IllegalArgumentException("a pattern begins with a slash: " + pattern);
            }
            root.at(pattern).put(method, pattern, Objects.requireNonNull(handler));
            return this;
        }

        /// What answers paths that have no pattern. Default: 404.
        public Builder fallback(Handler handler) {
            fallback = Objects.requireNonNull(handler);
            return this;
        }

        public Router build() {
            return new Router(root.copy(), fallback);
        }
    }

    @Override
    public Response handle(Request request) throws Exception {
        var segments =
                request.rawPath().substring(Math.min(1, request.rawPath().length())).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = Percent.decode(segments[i], false);
        }
        var found = root.find(segments, 0, List.of());
        if (found == null) {
            return fallback.handle(request);
        }
        var handler = found.node().handlers.get(request.method());
        if (handler == null && request.isMethod("HEAD")) {
            handler = found.node().handlers.get("GET");
        }
        if (handler == null) {
            handler = found.node().handlers.get("*");
        }
        if (handler == null) {
            return Response.of(request.isMethod("OPTIONS") ? 204 : 405)
                    .header("Allow", found.node().allowed());
        }
        return handler.handle(request.withParameters(found.parameters()));
    }

    private record Found(Node node, Map<String, String> parameters) {
        static Found of(Node node, List<String> values) {
            var parameters = new HashMap<String, String>();
            for (int i = 0; i < values.size(); i++) {
                parameters.put(node.names.get(i), values.get(i));
            }
            return new Found(node, parameters);
        }
    }

    /// What may follow the segments that led here.
    private static final class Node {
        private final Map<String, Node> texts = new HashMap<>();
        private final Map<String, Handler> handlers = new HashMap<>();
        private List<String> names = List.of(); // of the pattern that ends here
        private @Nullable Node one;
        private @Nullable Node rest;

        Node at(String pattern) {
            var found = new ArrayList<String>();
            var node = this;
            var segments = pattern.substring(1).split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                var segment = segments[i];
                if (segment.startsWith("{") && segment.endsWith("}")) {
                    boolean isRest = segment.endsWith("...}");
                    var name = segment.substring(1, segment.length() - (isRest ? 4 : 1));
                    if (name.isEmpty()
                            || found.contains(name)
                            || (isRest && i + 1 < segments.length)) {
                        throw new IllegalArgumentException(
                                "%s in the pattern %s".formatted(segment, pattern));
                    }
                    found.add(name);
                    node = isRest ? node.rest() : node.one();
                } else {
                    node = node.texts.computeIfAbsent(segment, _ -> new Node());
                }
            }
            if (!node.handlers.isEmpty() && !node.names.equals(found)) {
                throw new IllegalArgumentException(
                        "%s matches what a pattern with %s matches".formatted(pattern, node.names));
            }
            node.names = List.copyOf(found);
            return node;
        }

        private Node one() {
            var node = one == null ? new Node() : one;
            one = node;
            return node;
        }

        private Node rest() {
            var node = rest == null ? new Node() : rest;
            rest = node;
            return node;
        }

        void put(String method, String pattern, Handler handler) {
            if (handlers.putIfAbsent(method, handler) != null) {
                throw new IllegalArgumentException(
                        "there are two handlers for %s %s".formatted(method, pattern));
            }
        }

        @Nullable Found find(String[] segments, int i, List<String> values) {
            if (i == segments.length) {
                return handlers.isEmpty() ? null : Found.of(this, values);
            }
            var text = texts.get(segments[i]);
            var found = text == null ? null : text.find(segments, i + 1, values);
            if (found == null && one != null && !segments[i].isEmpty()) {
                found = one.find(segments, i + 1, with(values, segments[i]));
            }
            if (found == null && rest != null) {
                var left = List.of(segments).subList(i, segments.length);
                found = Found.of(rest, with(values, String.join("/", left)));
            }
            return found;
        }

        private static List<String> with(List<String> values, String value) {
            var all = new ArrayList<>(values);
            all.add(value);
            return all;
        }

        String allowed() {
            var methods = new TreeSet<>(handlers.keySet());
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            methods.add("OPTIONS");
            return String.join(", ", methods);
        }

        Node copy() {
            var copy = new Node();
            texts.forEach((segment, node) -> copy.texts.put(segment, node.copy()));
            copy.handlers.putAll(handlers);
            copy.names = names;
            copy.one = one == null ? null : one.copy();
            copy.rest = rest == null ? null : rest.copy();
            return copy;
        }
    }
}
