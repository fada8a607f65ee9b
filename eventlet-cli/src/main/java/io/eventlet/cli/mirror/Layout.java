// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Where a copy has its files, kept beside its state so that a file can be asked about later.
///
/// @param hosts whether each host has a directory
/// @param cut how many directories at the beginning of URLs are left out
record Layout(boolean hosts, int cut) {
    private static final String FILE = "layout";

    Place in(Path directory) {
        return new Place(directory, FileNames.UNIX, hosts, cut);
    }

    void save(Place place) throws IOException {
        Files.writeString(place.own().resolve(FILE), hosts + " " + cut + "\n");
    }

    /// That of the last run; the usual one if there is none.
    static Layout restored(Path directory) throws IOException {
        try {
            var words =
                    Files.readString(directory.resolve(Place.OWN).resolve(FILE))
                            .strip()
                            .split(" ", -1);
            return words.length == 2 && words[1].matches("\\d{1,6}")
                    ? new Layout(Boolean.parseBoolean(words[0]), Integer.parseInt(words[1]))
                    : new Layout(true, 0);
        } catch (NoSuchFileException e) {
            return new Layout(true, 0);
        }
    }
}
