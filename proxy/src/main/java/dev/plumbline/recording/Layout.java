package dev.plumbline.recording;

/** The names in a recording's directory. */
final class Layout {
    static final String DATABASE = "recording.db";
    static final String INDEX = "packets.idx";
    static final String CONTENT = "content.dat";
    static final String PACKETS = "packets";

    private Layout() {
    }

    /** The dump file number {@code file} of capture {@code capture}, both from 0. */
    static String dump(int capture, int file) {
        return PACKETS + "/" + capture + "-" + file + ".pcap";
    }
}
