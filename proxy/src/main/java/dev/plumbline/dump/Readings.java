package dev.plumbline.dump;

import dev.plumbline.dump.stream.HeldOctets;
import dev.plumbline.dump.tls.Keys;

/**
 * Makes the readers of an import, and holds what they share.
 *
 * <p>Owned by: the importing thread.
 */
record Readings(Keys keys, HeldOctets held) {
    /** For a connection, or for a tunnel through one, as long as it is in clear. */
    Reading inClear(ConnectionLog log, TunnelVerdict verdict) {
        return new Detector(log, 0, false, this, verdict);
    }

    /** For the plaintext of a phase. */
    Reading secured(ConnectionLog log, int phase, TunnelVerdict verdict) {
        return new Detector(log, phase, true, this, verdict);
    }
}
