// SPDX-License-Identifier: Apache-2.0
package applications;

import org.apache.catalina.startup.Tomcat;

import java.nio.file.Files;

/// A servlet in an embedded Tomcat. Its arguments are how many threads there may be, how many
/// requests are to meet, and `virtual` for Tomcat's setting `useVirtualThreads`.
public final class TomcatApplication {
    private TomcatApplication() {}

    public static void main(String[] arguments) throws Exception {
        var directory = Files.createTempDirectory("tomcat-").toString();
        var tomcat = new Tomcat();
        tomcat.setBaseDir(directory);
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        var connector = tomcat.getConnector();
        boolean ignored = connector.setProperty("maxThreads", arguments[0]);
        if (arguments.length > 2 && arguments[2].equals("virtual")) {
            ignored = connector.setProperty("useVirtualThreads", "true");
        }
        var context = tomcat.addContext("", directory);
        var servlet = new MeetingServlet(Integer.parseInt(arguments[1]));
        Tomcat.addServlet(context, "meeting", servlet).addMapping("/");
        tomcat.start();
        System.out.println("port " + connector.getLocalPort());
        tomcat.getServer().await();
    }
}
