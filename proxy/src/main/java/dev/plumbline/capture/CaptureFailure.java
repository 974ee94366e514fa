package dev.plumbline.capture;

/** libpcap refused, or a handle died. */
final class CaptureFailure extends Exception {
    private static final long serialVersionUID = 1;

    enum Kind {
        /** libpcap is not installed: no interface will ever open in this process. */
        NO_LIBRARY,
        /** This user may not capture: no interface will open until started differently. */
        NO_RIGHT,
        /** The interface is not there, or not any more. */
        GONE,
        OTHER
    }

    private final Kind kind;

    CaptureFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Whether every other interface would fail the same way. */
    boolean isForAll() {
        return kind == Kind.NO_LIBRARY || kind == Kind.NO_RIGHT;
    }
}
