// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.robots;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRulesParser;

import io.eventlet.http.client.HttpUrl;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What a server lets a robot ask for.
public final class RobotRules {
    static final RobotRules ALL =
            new RobotRules(new SimpleRobotRules(SimpleRobotRules.RobotRulesMode.ALLOW_ALL));

    private final BaseRobotRules rules;

    private RobotRules(BaseRobotRules rules) {
        this.rules = rules;
    }

    /// Those of a `robots.txt`.
    ///
    /// @param agent the name of the robot, in small letters
    static RobotRules of(HttpUrl url, byte[] content, String contentType, String agent) {
        var parser = new SimpleRobotRulesParser(Long.MAX_VALUE, 0);
        return new RobotRules(
                parser.parseContent(url.toString(), content, contentType, List.of(agent)));
    }

    /// The name of a robot in its `User-Agent`: the first word, in small letters.
    public static String nameIn(String userAgent) {
        return userAgent.strip().split("[/\\s]", 2)[0].toLowerCase(Locale.ROOT);
    }

    public boolean allows(HttpUrl url) {
        return rules.isAllowed(url.toString());
    }

    /// How long it wants between two requests; zero if it says nothing.
    public Duration delay() {
        return Duration.ofMillis(Math.max(0, rules.getCrawlDelay()));
    }

    /// Where it says that its sitemaps are.
    public List<String> sitemaps() {
        return rules.getSitemaps();
    }
}
