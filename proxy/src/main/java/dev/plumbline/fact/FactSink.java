package dev.plumbline.fact;

/**
 * Where a source puts its facts. One sink per source and thread.
 *
 * <p>Never blocks and never throws: when its queue is full it drops the fact and counts it; the count becomes a
 * {@link FactsLost}. So a slow disk costs the record, never the traffic.
 */
@FunctionalInterface
public interface FactSink {
    /** Takes the fact, or drops it and counts that. */
    void accept(Fact fact);

    /**
     * Asks for room to copy content into, against a budget of octets shared by all sources, so that a slow disk cannot
     * make copies of bodies pile up in memory.
     *
     * @return how many of {@code octets} may be copied now, from 0 on; each must then be sent as {@link RelayFact.ContentSeen}
     */
    default int reserveContent(int octets) {
        return octets;
    }
}
