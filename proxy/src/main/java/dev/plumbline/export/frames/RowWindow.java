package dev.plumbline.export.frames;

import dev.plumbline.recording.PacketRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.PacketId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows of the packet index by id, read in pages: the export order strays from the capture order only a little, so nearly
 * every row is in a page already read.
 *
 * <p>Owned by: the exporting thread.
 * <p>Limits: {@value #PAGES} pages of {@value #PAGE} rows.
 */
final class RowWindow {
    private static final int PAGE = 2048;
    private static final int PAGES = 24;

    private final Recording recording;
    private final Map<Long, PacketRow[]> pages = new LinkedHashMap<>(2 * PAGES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, PacketRow[]> eldest) {
            return size() > PAGES;
        }
    };

    RowWindow(Recording recording) {
        this.recording = recording;
    }

    PacketRow row(long id) {
        PacketRow row = pages.computeIfAbsent((id - 1) / PAGE, this::read)[(int) ((id - 1) % PAGE)];
        if (row == null) {
            throw new ExportException("packet p" + id + " is gone from the recording's index");
        }
        return row;
    }

    private PacketRow[] read(long page) {
        PacketRow[] rows = new PacketRow[PAGE];
        long first = page * PAGE + 1;
        recording.packets(new PacketId(first), new PacketId(first + PAGE - 1), row -> true, row -> rows[(int) (row.id().number() - first)] = row);
        return rows;
    }
}
