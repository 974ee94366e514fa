package dev.plumbline.correlate;

import dev.plumbline.fact.MessageKey;

/**
 * The open messages by their keys, without an object for each entry: every message comes and goes here.
 *
 * <p>Linear probing over a power of two of slots, at most half of them in use; what follows a removed entry moves up.
 *
 * <p>Owned by: the recorder thread.
 */
final class MessageTable {
    private OpenMessage[] slots = new OpenMessage[64];
    private int size;

    /** Null when there is none. */
    OpenMessage find(MessageKey key) {
        return slots[slotOf(key)];
    }

    /** Adds a message whose key is not there. */
    void add(OpenMessage message) {
        if (size * 2 >= slots.length) {
            grow();
        }
        slots[slotOf(message.key)] = message;
        size++;
    }

    /** @return what was there, or null */
    OpenMessage remove(MessageKey key) {
        int hole = slotOf(key);
        OpenMessage removed = slots[hole];
        if (removed == null) {
            return null;
        }
        int mask = slots.length - 1;
        for (int i = hole + 1 & mask; slots[i] != null; i = i + 1 & mask) {
            int home = homeOf(slots[i].key);
            // It may move up unless its home lies between the hole and where it is.
            if ((i - home & mask) >= (i - hole & mask)) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = null;
        size--;
        return removed;
    }

    int size() {
        return size;
    }

    private int slotOf(MessageKey key) {
        int at = homeOf(key);
        while (slots[at] != null && !isSame(slots[at].key, key)) {
            at = at + 1 & slots.length - 1;
        }
        return at;
    }

    private int homeOf(MessageKey key) {
        int exchange = key.exchange().client().number() * 0x9e37_79b1 + key.exchange().index() * 0x85eb_ca6b;
        int message = exchange + key.leg().ordinal() * 5 + key.kind().ordinal() + key.ordinal() * 10;
        int mixed = message * 0x2c1b_3c6d;
        return (mixed ^ mixed >>> 15) & slots.length - 1;
    }

    private static boolean isSame(MessageKey a, MessageKey b) {
        return a == b || a.ordinal() == b.ordinal() && a.kind() == b.kind() && a.leg() == b.leg()
                && a.exchange().index() == b.exchange().index() && a.exchange().client().number() == b.exchange().client().number();
    }

    private void grow() {
        OpenMessage[] old = slots;
        slots = new OpenMessage[old.length * 2];
        for (OpenMessage message : old) {
            if (message != null) {
                slots[slotOf(message.key)] = message;
            }
        }
    }
}
