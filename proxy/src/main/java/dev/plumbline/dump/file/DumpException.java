package dev.plumbline.dump.file;

/** A dump could not be read at all; the message is one line for a person. */
public final class DumpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DumpException(String message) {
        super(message);
    }

    public DumpException(String message, Throwable cause) {
        super(message, cause);
    }
}
