// SPDX-License-Identifier: Apache-2.0

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Jetty 12 on virtual threads. Usage: JettyHello PORT DIRECTORY BACKEND
final class JettyHello {
    static void main(String... args) throws Exception {
        byte[] hello = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
        var client = HttpClient.newHttpClient();
        var backend =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[2] + "/delay"))
                        .build();
        var threads = new QueuedThreadPool();
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        var server = new Server(threads);
        var connector = new ServerConnector(server);
        connector.setPort(Integer.parseInt(args[0]));
        server.addConnector(connector);
        var files = new ResourceHandler();
        files.setBaseResource(ResourceFactory.of(server).newResource(Path.of(args[1])));
        var pages =
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback)
                            throws Exception {
                        byte[] body;
                        switch (request.getHttpURI().getPath()) {
                            case "/" -> body = hello;
                            case "/wait" ->
                                    body = client.send(backend, BodyHandlers.ofByteArray()).body();
                            default -> {
                                return false;
                            }
                        }
                        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
                        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
                        response.write(true, ByteBuffer.wrap(body), callback);
                        return true;
                    }
                };
        server.setHandler(new Handler.Sequence(pages, files));
        server.start();
        server.join();
    }
}
