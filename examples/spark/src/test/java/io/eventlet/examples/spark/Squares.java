// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples.spark;

import io.eventlet.http.client.HttpClient;
import io.eventlet.spark.Calls;
import io.eventlet.spark.GreenSpark;

import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Asks a server for squares, and writes them in the order in which Spark gives them.
public final class Squares {
    private Squares() {}

    private static final class Http {
        static final HttpClient CLIENT = HttpClient.builder().connectionsPerHost(50).build();
        static final long PID = ProcessHandle.current().pid();
    }

    public static void main(String[] args) throws IOException {
        String url = args[0];
        int count = Integer.parseInt(args[1]);
        try (var spark = SparkSession.builder().appName("Squares").getOrCreate()) {
            var numbers = spark.range(0, count, 1, 8).as(Encoders.LONG());
            var calls = Calls.atOnce(20).retries(3, Duration.ofMillis(10));
            var squares =
                    GreenSpark.imap(numbers, n -> square(url, n), calls, Encoders.STRING())
                            .collectAsList();
            Files.write(Path.of(args[2]), squares);
        }
    }

    private static String square(String url, long number) throws IOException {
        try (var response = Http.CLIENT.get(url + "/square/" + number + "/" + Http.PID)) {
            return response.text();
        }
    }
}
