package dev.plumbline.export.har;

import dev.plumbline.analyze.Annotation;
import dev.plumbline.analyze.AnnotationText;
import dev.plumbline.analyze.Ends;
import dev.plumbline.analyze.LegSpan;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.recording.ConnectionRow;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.FlowId;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes {@code _annotations}: what was said of the packets that an exchange touched. An annotation whose packet is not in the
 * export is left out: its evidence could not be looked at.
 *
 * <p>Owned by: the exporting thread.
 */
final class AnnotationWriter {
    private final Recording recording;
    private final FrameNumbers frames;
    private final Json json;
    private final AnnotationText text;
    private final boolean isDump;

    AnnotationWriter(Recording recording, FrameNumbers frames, Json json) {
        this.recording = recording;
        this.frames = frames;
        this.json = json;
        this.text = new AnnotationText(this::named);
        this.isDump = recording.summary().isImported();
    }

    /** @param onServerLegs of all that were tried; those of {@code server} itself are left out */
    void write(ExchangeRow exchange, Optional<ConnectionRow> client, Optional<ConnectionRow> server, List<Annotation> onServerLegs) throws IOException {
        Optional<FlowId> own = server.flatMap(ConnectionRow::flow);
        json.array("_annotations", () -> {
            leg(exchange, Leg.CLIENT, client);
            for (Annotation annotation : onServerLegs) {
                if (!own.equals(Optional.of(annotation.flow()))) {
                    exported(annotation, Leg.SERVER);
                }
            }
            leg(exchange, Leg.SERVER, server);
        });
    }

    private void leg(ExchangeRow exchange, Leg leg, Optional<ConnectionRow> connection) throws IOException {
        Optional<LegSpan> span = exchange.span(leg);
        if (span.isEmpty() || connection.flatMap(ConnectionRow::flow).isEmpty()) {
            return;
        }
        for (Annotation annotation : recording.annotations(connection.get().flow().get(), span.get())) {
            exported(annotation, leg);
        }
    }

    private void exported(Annotation annotation, Leg leg) throws IOException {
        if (frames.frame(annotation.packets().get(0)) <= 0) {
            return;
        }
        int[] evidence = annotation.packets().stream().mapToInt(frames::frame).filter(frame -> frame > 0).distinct().toArray();
        json.object(() -> json.text("code", annotation.code().word()).text("leg", leg.word()).text("severity", annotation.code().severity().word())
                .numbers("frames", evidence).text("text", text.of(annotation, Ends.of(leg, isDump))));
    }

    private String named(PacketId packet) {
        int frame = frames.frame(packet);
        return frame > 0 ? "frame " + frame : "a packet that is not in the export";
    }
}
