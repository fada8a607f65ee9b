// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.options.SizeConverter;
import io.eventlet.cli.options.WholeNumberConverter;
import io.eventlet.mirror.archive.WarcFiles;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/// The options that say where files go.
final class FileOptions {
    @Option(
            names = {"-nH", "--no-host-directories"},
            description = "make no directory for the host")
    private boolean noHosts;

    @Option(
            names = "--cut-dirs",
            paramLabel = "N",
            converter = WholeNumberConverter.class,
            description = "leave out the first N directories of the server")
    private int cut;

    @Option(
            names = {"-E", "--adjust-extension"},
            description =
                    "have the names of pages end in .html and those of style sheets in .css, so"
                            + " that browsers know them from the disk")
    private boolean endings;

    @Option(
            names = {"--fresh", "--restart"},
            description = "forget what earlier runs have done, and fetch everything")
    private boolean fresh;

    @Option(
            names = "--list-gone",
            description = "name files of the copy that the server no longer has")
    private boolean listsGone;

    @Option(
            names = "--delete",
            description = "delete them, if nothing has failed and nothing is left")
    private boolean deletes;

    @Option(
            names = {"--warc", "--warc-file"},
            paramLabel = "NAME",
            converter = PathConverter.class,
            description = "archive all that is asked and answered in NAME-00000.warc.gz and so on")
    private @Nullable Path archive;

    @Option(
            names = "--warc-max-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "another archive when one has so many bytes (1G)")
    private long archiveBytes = 1L << 30;

    Optional<WarcFiles> archive() {
        return Optional.ofNullable(archive).map(name -> WarcFiles.of(name, archiveBytes));
    }

    /// What is done about files that have gone, if anything.
    Optional<GoneFiles> gone(Frontier frontier, Place place, boolean json) {
        return listsGone || deletes
                ? Optional.of(new GoneFiles(frontier, place, deletes, json))
                : Optional.empty();
    }

    /// What is wrong with them.
    String contradiction() {
        return listsGone && deletes ? "--list-gone and --delete exclude each other" : "";
    }

    Layout layout() {
        return new Layout(!noHosts, cut, endings);
    }

    /// Whether directories are left out.
    boolean isCutting() {
        return cut > 0;
    }

    boolean hasEndings() {
        return endings;
    }

    boolean isFresh() {
        return fresh;
    }
}
