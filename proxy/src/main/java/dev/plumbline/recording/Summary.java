package dev.plumbline.recording;

/**
 * What a recording is.
 *
 * @param schema version of its layout
 * @param creator name and version of the program that wrote it
 * @param listen where the proxy listened
 * @param startedAt when it began
 * @param endedAt when it ended in good order; −1 while it is being written, and for ever after a crash
 * @param captureOff why there are no packets; empty when there was a capture
 * @param packets packets in the index
 * @param factsLost facts that were dropped on their way to the recorder
 * @param imported which file of packets it was made from; empty when it is of a run of the proxy
 * @param limitReached what stopped being kept because of the size limit or a full disk; empty when nothing did
 */
public record Summary(
        int schema, String creator, String listen, long startedAt, long endedAt, String captureOff, long packets, long factsLost, String imported, String limitReached) {

    /** Whether it was made from a dump: then there was no proxy, as far as the dump can tell, and the one leg goes from client to origin. */
    public boolean isImported() {
        return !imported.isEmpty();
    }
}
