// SPDX-License-Identifier: Apache-2.0
package consumer.modular;

import io.eventlet.Eventlet;
import io.eventlet.diagnosis.Dump;
import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.LeakCheck;

/// Prints the mode, and what a green thread of another module sends.
final class Main {
    private Main() {}

    public static void main(String[] args) {
        IO.println("mode: " + Hub.current().mode());
        var check = LeakCheck.begin();
        var answers = GreenQueue.<String>bounded(1);
        var thread = Eventlet.spawn(() -> answers.put("from a green thread"));
        IO.println(answers.get());
        thread.await();
        check.close();
        IO.println("threads: " + Dump.take().hubs().getFirst().threads().size());
    }
}
