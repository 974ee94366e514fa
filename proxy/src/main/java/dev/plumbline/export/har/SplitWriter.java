package dev.plumbline.export.har;

import dev.plumbline.analyze.TimeSplit;
import dev.plumbline.wire.Leg;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes {@code _split}: where the time went, more finely than HAR's phases and with what each part rests on.
 *
 * <p>Units: milliseconds, with all digits of the nanosecond, so that the parts add up.
 */
final class SplitWriter {
    private SplitWriter() {
    }

    /** Absent where it is not known, as of an exchange that goes on. */
    static void write(Json json, Optional<TimeSplit> split) throws IOException {
        if (split.isEmpty()) {
            return;
        }
        TimeSplit known = split.get();
        json.object("_split", () -> {
            json.millis("time", known.nanos());
            json.array("parts", () -> shares(json, known.shares()));
            json.array("ahead", () -> shares(json, known.sharesAhead()));
            json.array("doubts", () -> json.texts(known.doubts()));
        });
    }

    private static void shares(Json json, List<TimeSplit.Share> shares) throws IOException {
        for (TimeSplit.Share share : shares) {
            json.object(() -> json.text("part", share.part().word()).textOrNull("leg", share.leg().map(Leg::word))
                    .millis("time", share.nanos()).text("source", share.source().word()));
        }
    }
}
