package dev.plumbline.export.pcapng;

import dev.plumbline.export.frames.FrameNumbers;
import dev.plumbline.recording.InterfaceRow;
import dev.plumbline.recording.Recording;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The captures whose packets are in an export, in the order they are described there. */
record Interfaces(List<InterfaceRow> rows) {
    Interfaces {
        rows = List.copyOf(rows);
    }

    static Interfaces of(Recording recording, FrameNumbers frames) {
        BitSet used = frames.captures();
        List<InterfaceRow> rows = new ArrayList<>();
        for (InterfaceRow row : recording.interfaces()) {
            if (used.isEmpty() || used.get(row.capture())) {
                rows.add(row);
            }
        }
        return new Interfaces(rows);
    }

    /** The place of that capture in the list; −1 when it is not there. */
    int indexOf(int capture) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).capture() == capture) {
                return i;
            }
        }
        return -1;
    }

    boolean haveOneLinkType() {
        return rows.stream().mapToInt(InterfaceRow::linkType).distinct().count() <= 1;
    }

    boolean haveOneSnapLength() {
        return rows.stream().mapToInt(InterfaceRow::snapLength).distinct().count() <= 1;
    }
}
