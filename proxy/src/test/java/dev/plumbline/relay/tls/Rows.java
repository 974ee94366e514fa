package dev.plumbline.relay.tls;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a listener hears, and checks the rules that hold for every stream of rows. */
final class Rows implements RecordListener {
    record Row(int type, long wireStart, long wireEnd, long plainStart, long plainEnd, boolean exact) {
        boolean hasPlain() {
            return plainEnd > plainStart;
        }
    }

    final List<Row> in = new CopyOnWriteArrayList<>();
    final List<Row> out = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void record(Direction direction, int contentType, long wireStart, long wireEnd, long plainStart,
            long plainEnd, boolean exact) {
        List<Row> rows = direction == Direction.INBOUND ? in : out;
        if (!rows.isEmpty()) {
            Row last = rows.get(rows.size() - 1);
            if (last.wireEnd() != wireStart || last.plainEnd() != plainStart) {
                throw new AssertionError(direction + " row does not continue " + last + ": " + wireStart + ' '
                        + plainStart);
            }
        }
        rows.add(new Row(contentType, wireStart, wireEnd, plainStart, plainEnd, exact));
    }

    @Override
    public void notRecords(Direction direction, long wireStart) {
        events.add(direction + " lost at " + wireStart);
    }

    @Override
    public void cut(Direction direction, long wireStart, long wireEnd) {
        events.add(direction + " cut " + wireStart + '-' + wireEnd);
    }

    static long plain(List<Row> rows) {
        return rows.stream().mapToLong(row -> row.plainEnd() - row.plainStart()).sum();
    }
}
