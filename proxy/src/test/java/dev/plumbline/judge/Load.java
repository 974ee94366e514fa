package dev.plumbline.judge;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** HTTPS requests on so many kept connections at once. Each carries a number in {@code X-Number}. */
final class Load {
    static final String FIELD = "X-Number";
    private static final int SIZE = 1024;

    private final int port;
    private final URI origin;
    private final Path caFile;
    private final AtomicInteger next = new AtomicInteger();
    /** When the response to a number had come whole, by {@link System#nanoTime}. */
    final Map<Integer, Long> answeredAtNanos = new ConcurrentHashMap<>();
    final Map<Integer, Exception> failures = new ConcurrentHashMap<>();

    Load(int port, String origin, Path caFile) {
        this.port = port;
        this.origin = URI.create(origin);
        this.caFile = caFile;
    }

    /** Returns when all have been asked and answered, or every connection has failed. */
    void run(int requests, int connections) throws InterruptedException {
        ExecutorService threads = start(requests, connections);
        if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
            threads.shutdownNow();
            throw new IllegalStateException("only " + answeredAtNanos.size() + " of " + requests + " answered within 60 s");
        }
    }

    ExecutorService start(int requests, int connections) {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        for (int i = 0; i < connections; i++) {
            threads.execute(() -> connection(requests));
        }
        threads.shutdown();
        return threads;
    }

    private void connection(int requests) {
        int number = -1;
        try (RawClient client = RawClient.through(port, origin.getPort(), caFile, "TLSv1.3")) {
            for (number = next.getAndIncrement(); number < requests; number = next.getAndIncrement()) {
                client.send("GET /bytes/" + SIZE + " HTTP/1.1\r\nHost: " + origin.getAuthority() + "\r\n" + FIELD + ": " + number + "\r\n\r\n");
                List<byte[]> contents = client.contents(1);
                if (!Arrays.equals(contents.get(0), OriginPages.body(SIZE))) {
                    throw new IllegalStateException("wrong content");
                }
                answeredAtNanos.put(number, System.nanoTime());
            }
        } catch (Exception e) {
            failures.put(number, e);
        }
    }
}
