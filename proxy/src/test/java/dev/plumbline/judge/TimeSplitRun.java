package dev.plumbline.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.export.Export;
import dev.plumbline.proxy.CaptureChoice;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.recording.ExchangeAnalysis;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.ExchangeId;
import dev.plumbline.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;

/** A proxy whose exchanges are judged once it has ended. */
abstract class TimeSplitRun {
    static final long MS = 1_000_000L;

    @TempDir
    Path directory;
    final Map<ExchangeId, Diagnosis> toldLive = new ConcurrentHashMap<>();

    final Plumbline proxy(CaptureChoice capture) throws Exception {
        return Plumbline.builder().listen(new Endpoint(IpAddress.v4(0x7f000001), 0)).recording(directory.resolve("recording")).caDirectory(directory.resolve("ca"))
                .capture(capture).onExchange((row, diagnosis) -> diagnosis.ifPresent(d -> toldLive.put(row.id(), d))).start();
    }

    final Plumbline capturing() throws Exception {
        return proxy(CaptureChoice.of(List.of("lo")));
    }

    /** Of each exchange, in the order they began. */
    final Map<ExchangeRow, ExchangeAnalysis> analyses() {
        Map<ExchangeRow, ExchangeAnalysis> found = new LinkedHashMap<>();
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            long dropped = recording.interfaces().stream().mapToLong(row -> Math.max(0, row.dropped())).sum();
            assumeTrue(dropped == 0, "the machine is too busy: " + dropped + " packets lost");
            List<ExchangeRow> rows = new ArrayList<>();
            recording.exchanges(rows::add);
            rows.forEach(row -> found.put(row, recording.analysis(row)));
        }
        found.forEach((row, analysis) -> analysis.split().ifPresent(split ->
                assertThat(split.byPart().values().stream().mapToLong(Long::longValue).sum()).as(row.url()).isEqualTo(split.nanos())));
        return found;
    }

    final ExchangeAnalysis only() {
        Map<ExchangeRow, ExchangeAnalysis> all = analyses();
        assertThat(all).hasSize(1);
        return all.values().iterator().next();
    }

    static String said(ExchangeAnalysis analysis) {
        return analysis.diagnosis().map(Diagnosis::text).orElse("");
    }

    static TimeSplit split(ExchangeAnalysis analysis) {
        return analysis.split().orElseThrow();
    }

    static String get(TimedOrigin origin, String path) {
        return "GET " + origin.url() + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\n\r\n";
    }

    final String har() throws IOException {
        Path file = directory.resolve("all.har");
        try (Recording recording = Recording.open(directory.resolve("recording"))) {
            Export.of(recording).har(file).run();
        }
        return Files.readString(file);
    }

    static void pause(long millis) {
        long until = System.nanoTime() + millis * MS;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
