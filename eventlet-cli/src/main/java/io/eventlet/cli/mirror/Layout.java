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
/// @param endings whether pages and style sheets have names that end as browsers want them to
record Layout(boolean hosts, int cut, boolean endings) {
    static final String FILE = "layout";
    private static final Layout USUAL = new Layout(true, 0, false);

    Place in(Path directory) {
        var place = new Place(directory, FileNames.UNIX, hosts, cut);
        return endings ? place.withEndings() : place;
    }

    void save(Place place) throws IOException {
        Files.writeString(place.own().resolve(FILE), hosts + " " + cut + " " + endings + "\n");
    }

    /// That of the last run; the usual one if there is none.
    static Layout restored(Path directory) throws IOException {
        try {
            var words =
                    Files.readString(directory.resolve(Place.OWN).resolve(FILE))
                            .strip()
                            .split(" ", -1);
            return words.length >= 2 && words[1].matches("\\d{1,6}")
                    ? new Layout(
                            Boolean.parseBoolean(words[0]),
                            Integer.parseInt(words[1]),
                            words.length > 2 && Boolean.parseBoolean(words[2]))
                    : USUAL;
        } catch (NoSuchFileException e) {
            return USUAL;
        }
    }
}
