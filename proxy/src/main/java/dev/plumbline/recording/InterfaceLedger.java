package dev.plumbline.recording;

import dev.plumbline.fact.CaptureFact;
import dev.plumbline.fact.FactsLost;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What the captures say of themselves, and what was lost on the way: each a row at once.
 *
 * <p>Owned by: the recorder thread.
 */
final class InterfaceLedger {
    private static final String OPENED = "INSERT OR REPLACE INTO interface VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)";
    private static final String FILTERED = "UPDATE interface SET filter = ? WHERE capture = ?";
    private static final String CLOSED = "UPDATE interface SET closed_at = ?, close_reason = ? WHERE capture = ?";
    private static final String COUNTED = "UPDATE interface SET received = ?, dropped = ?, dropped_by_interface = ? WHERE capture = ?";
    private static final String KEEPING = "INSERT INTO keeping VALUES (?, ?, ?)";
    private static final String LOST = "INSERT INTO lost VALUES (?, ?, ?)";
    private final Consumer<Database.Row> rows;

    InterfaceLedger(Consumer<Database.Row> rows) {
        this.rows = rows;
    }

    void fact(CaptureFact fact) {
        if (fact instanceof CaptureFact.InterfaceOpened o) {
            String addresses = o.addresses().stream().map(Object::toString).collect(Collectors.joining(" "));
            rows.accept(db -> db.run(OPENED, o.capture(), o.name(), o.linkType(), o.snapLength(), o.filter(), addresses, o.at()));
        } else if (fact instanceof CaptureFact.FilterChanged f) {
            rows.accept(db -> db.run(FILTERED, f.filter(), f.capture()));
        } else if (fact instanceof CaptureFact.InterfaceClosed c) {
            rows.accept(db -> db.run(CLOSED, c.at(), c.reason(), c.capture()));
        } else if (fact instanceof CaptureFact.Counted c) {
            rows.accept(db -> db.run(COUNTED, c.received(), c.dropped(), c.droppedByInterface(), c.capture()));
        } else if (fact instanceof CaptureFact.KeepingChanged k) {
            rows.accept(db -> db.run(KEEPING, k.capture(), k.at(), k.reason()));
        }
    }

    void lost(FactsLost lost) {
        rows.accept(db -> db.run(LOST, lost.source(), lost.at(), lost.count()));
    }
}
