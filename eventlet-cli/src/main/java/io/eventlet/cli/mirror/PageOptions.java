// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.mirror.crawl.MirrorBuilder;
import io.eventlet.mirror.crawl.RobotsPolicy;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options for pages that are no listings.
final class PageOptions {
    @Option(
            names = "--links",
            description = "read pages and style sheets for where they lead, as listings are")
    private boolean links;

    @Option(
            names = {"-p", "--page-requisites"},
            description =
                    "read pages for what they need to be shown: images, scripts, style sheets; to"
                            + " follow their links as well, --links")
    private boolean requisites;

    @Option(
            names = {"-k", "--convert-links"},
            description =
                    "in the end have the links of pages lead to the files of the copy, for reading"
                            + " offline; fetches nothing: --links, -p or both say what")
    private boolean converts;

    @Option(names = "--sitemaps", description = "begin also at what the servers' sitemaps name")
    private boolean sitemaps;

    @Option(
            names = "--robots",
            paramLabel = "WHAT",
            converter = Robots.class,
            description =
                    "what robots.txt is obeyed for: off, pages, or all: also what listings name"
                            + " (pages)")
    private RobotsPolicy robots = RobotsPolicy.PAGES;

    @Option(
            names = "--ignore-nofollow",
            description = "follow also links that ask not to be followed")
    private boolean ignoresNofollow;

    boolean isConverting() {
        return converts;
    }

    /// Whether anything is read of pages.
    boolean isReading() {
        return links || requisites;
    }

    void apply(MirrorBuilder mirror) {
        mirror.links(links)
                .requisites(requisites)
                .convertLinks(converts)
                .sitemaps(sitemaps)
                .robots(robots)
                .nofollow(!ignoresNofollow);
    }

    /// What is said of robots.
    static final class Robots implements ITypeConverter<RobotsPolicy> {
        @Override
        public RobotsPolicy convert(String value) {
            return switch (value) {
                case "off" -> RobotsPolicy.IGNORED;
                case "pages" -> RobotsPolicy.PAGES;
                case "all" -> RobotsPolicy.ALL;
                default ->
                        throw new TypeConversionException(
                                "'" + value + "' is not one of off, pages, all");
            };
        }
    }
}
