package dev.plumbline.recording;

import dev.plumbline.fact.Fact;
import dev.plumbline.fact.FactSink;
import dev.plumbline.fact.RelayFact;
import dev.plumbline.wire.Heading;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that records made-up traffic, to be watched and killed from outside.
 *
 * <p>Arguments: the directory, exchanges in all, exchanges per second. Says how many exchanges it has handed over, now and then.
 */
final class RecorderUnderLoad {
    private static final int CONNECTIONS = 16;

    private RecorderUnderLoad() {
    }

    public static void main(String[] args) {
        int total = Integer.parseInt(args[1]);
        long nanosEach = 1_000_000_000L / Integer.parseInt(args[2]);
        try (Recorder recorder = Recorder.create(Path.of(args[0]), RecorderOptions.of("plumbline test"), Traffic.FakeCorrelator::new)) {
            FactSink relay = recorder.sink("relay-0");
            FactSink capture = recorder.sink("capture-lo");
            for (int i = 0; i < CONNECTIONS; i++) {
                Traffic.connections(1 + 2 * i, Traffic.T0).forEach(relay::accept);
            }
            long start = System.nanoTime();
            for (int i = 0; i < total; i++) {
                hand(relay, capture, 1 + 2 * (i % CONNECTIONS), 1 + i / CONNECTIONS, Traffic.T0 + i * nanosEach);
                if (i % 100 == 99) {
                    System.out.println(i + 1);
                    LockSupport.parkNanos(start + i * nanosEach - System.nanoTime());
                }
            }
        }
        System.out.println("closed");
    }

    private static void hand(FactSink relay, FactSink capture, int client, int index, long at) {
        for (Fact fact : Traffic.exchange(client, index, at)) {
            relay.accept(fact);
            if (fact instanceof RelayFact.MessageEnded ended) {
                Heading heading = ended.message().kind().heading();
                capture.accept(Traffic.segments(Traffic.segment(client, heading, (index - 1) * 400L, 400, at)));
            }
        }
    }
}
