package dev.plumbline.export.har;

import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.export.frames.Progress;
import dev.plumbline.fact.RelayFact.Role;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.recording.Summary;
import dev.plumbline.wire.ExchangeId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * Writes a HAR: the request as the client sent it, the response as the client received it, the phases of the server leg,
 * and in {@code _tcp} the frames that carried them.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: one entry in memory at a time.
 * <p>Source: HAR 1.2.
 */
public final class HarWriter {
    private final Recording recording;
    private final FrameNumbers frames;
    private final Redaction redaction;
    private Set<ExchangeId> ids = Set.of();
    private boolean interceptedConnects;

    public HarWriter(Recording recording, FrameNumbers frames, Redaction redaction) {
        this.recording = recording;
        this.frames = frames;
        this.redaction = redaction;
    }

    /** Only these exchanges; all when there are none. */
    public HarWriter only(Set<ExchangeId> chosen) {
        ids = Set.copyOf(chosen);
        return this;
    }

    /** With the CONNECTs of tunnels that were read into. One that is chosen by its id is there anyway. */
    public HarWriter withInterceptedConnects() {
        interceptedConnects = true;
        return this;
    }

    /**
     * Writes the whole file.
     *
     * @param creator name of the writer
     * @param version its version
     * @param note a line on what the file is
     * @return how many entries it has
     */
    public long write(OutputStream stream, String creator, String version, String note, Progress progress) throws IOException {
        Json json = new Json(stream);
        EntryWriter entries = new EntryWriter(recording, frames, redaction, json);
        Summary summary = recording.summary();
        long[] written = {0};
        json.object(() -> json.object("log", () -> {
            json.text("version", "1.2");
            json.object("creator", () -> json.text("name", creator).text("version", version));
            json.array("pages", () -> json.object(() -> json
                    .text("startedDateTime", Times.millis(summary.startedAt()))
                    .text("id", EntryWriter.PAGE)
                    .text("title", creator + " recording of " + (summary.isImported() ? summary.imported() : summary.listen()))
                    .object("pageTimings", () -> { })));
            json.array("entries", () -> written[0] = entries(json, entries, progress));
            json.text("comment", note);
        }));
        json.line();
        json.flush();
        return written[0];
    }

    private long entries(Json json, EntryWriter entries, Progress progress) {
        long total = recording.exchangeCount();
        long[] seen = {0};
        long[] written = {0};
        recording.exchanges(exchange -> {
            if (isWanted(exchange)) {
                try {
                    json.line();
                    entries.write(exchange);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                written[0]++;
            }
            progress.at("har", ++seen[0], total);
        });
        return written[0];
    }

    private boolean isWanted(ExchangeRow exchange) {
        return ids.isEmpty() ? interceptedConnects || exchange.role() != Role.INTERCEPTED_CONNECT : ids.contains(exchange.id());
    }
}
