// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.options.WholeNumberConverter;

import picocli.CommandLine.Option;

/// The options that say where files go.
final class FileOptions {
    @Option(
            names = {"-nH", "--no-host-directories"},
            description = "no directory for the host")
    private boolean noHosts;

    @Option(
            names = "--cut-dirs",
            paramLabel = "N",
            converter = WholeNumberConverter.class,
            description = "without the first N directories of the server")
    private int cut;

    @Option(
            names = {"--fresh", "--restart"},
            description = "forget what earlier runs have done, and fetch everything")
    private boolean fresh;

    Layout layout() {
        return new Layout(!noHosts, cut);
    }

    boolean isFresh() {
        return fresh;
    }
}
