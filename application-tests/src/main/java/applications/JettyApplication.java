// SPDX-License-Identifier: Apache-2.0
package applications;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// A servlet in an embedded Jetty. Its arguments are how many threads there may be, and how many
/// requests are to meet.
public final class JettyApplication {
    private JettyApplication() {}

    public static void main(String[] arguments) throws Exception {
        var threads = new QueuedThreadPool(Integer.parseInt(arguments[0]));
        var server = new Server(threads);
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        var context = new ServletContextHandler("/");
        var servlet = new MeetingServlet(Integer.parseInt(arguments[1]));
        context.addServlet(new ServletHolder(servlet), "/*");
        server.setHandler(context);
        server.start();
        System.out.println("port " + connector.getLocalPort());
        server.join();
    }
}
