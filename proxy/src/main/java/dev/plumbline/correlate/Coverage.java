package dev.plumbline.correlate;

/** How much of a message captured segments hold. */
public enum Coverage {
    /** Not yet known: segments may still come. Never a last word. */
    PENDING("pending"),
    COMPLETE("complete"),
    PARTIAL("partial"),
    NONE("none");

    private final String word;

    Coverage(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** Why a message is not covered whole. */
    public enum Reason {
        /** The kernel or the interface dropped packets, or facts were lost on their way to the recorder. */
        DROPPED("dropped"),
        /** The segments were seen but not kept whole (snap length). */
        SNAPPED("snapped"),
        /** The flow's SYN was not seen, so its offsets are unknown. */
        NO_SYN("no-syn"),
        CAPTURE_OFF("capture-off"),
        /** No interface that was captured at the time had the connection's local address. */
        NO_INTERFACE("no-interface"),
        /** No flow could be told to be this connection. */
        UNBOUND("unbound"),
        /** Our socket took the octets, but the connection ended before they left. */
        UNSENT("unsent"),
        /** The recording had reached its size limit, or its disk was full. */
        LIMIT("limit");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
