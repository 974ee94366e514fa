package dev.plumbline.export.har;

import dev.plumbline.analyze.Diagnosis;
import dev.plumbline.analyze.Sentence;
import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.wire.Leg;
import dev.plumbline.wire.PacketId;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Writes {@code _diagnosis}: the sentence that {@code show} has below its title, with frame numbers for packets.
 *
 * <p>Owned by: the exporting thread.
 */
final class DiagnosisWriter {
    private final FrameNumbers frames;
    private final Redaction redaction;
    private final Json json;

    DiagnosisWriter(FrameNumbers frames, Redaction redaction, Json json) {
        this.frames = frames;
        this.redaction = redaction;
        this.json = json;
    }

    void write(Diagnosis diagnosis) throws IOException {
        // A failure's sentence can hold what the peer sent, as _error can.
        String text = redaction.sentence(diagnosis.sentence().of(this::named));
        json.object("_diagnosis", () -> json.text("code", diagnosis.code().word()).textOrNull("leg", diagnosis.leg().map(Leg::word))
                .text("severity", diagnosis.severity().word()).text("source", diagnosis.source().word())
                .numbers("frames", frames.frames(diagnosis.packets())).text("text", text));
    }

    private String named(List<PacketId> packets) {
        int[] known = frames.frames(packets);
        if (known.length == 0) {
            return "not in the export";
        }
        return (known.length == 1 ? "frame " : "frames ") + Sentence.listed(Arrays.stream(known).mapToObj(Integer::toString).toList());
    }
}
