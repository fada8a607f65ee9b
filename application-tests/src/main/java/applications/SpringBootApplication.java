// SPDX-License-Identifier: Apache-2.0
package applications;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// A web application of Spring Boot, with settings of its own as arguments.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
public class SpringBootApplication {
    private final Meeting meeting;

    public SpringBootApplication(@Value("${meeting.count}") int count) {
        meeting = new Meeting(count);
    }

    public static void main(String[] arguments) {
        SpringApplication.run(SpringBootApplication.class, arguments);
    }

    @EventListener
    public void tellPort(WebServerInitializedEvent event) {
        System.out.println("port " + event.getWebServer().getPort());
    }

    @GetMapping("/meet/{name}")
    public String meet(@PathVariable("name") String name) {
        return meeting.answer("/meet/" + name);
    }

    @GetMapping("/threads")
    public String threads() {
        return meeting.answer("/threads");
    }
}
