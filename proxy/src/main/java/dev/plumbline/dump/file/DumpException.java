package dev.plumbline.dump.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;

/** A dump could not be read at all; the message is one line for a person. */
public final class DumpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DumpException(String message) {
        super(message);
    }

    public DumpException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What the JDK says of a file, which of one that may not be opened is its name and nothing else. */
    public static String why(IOException failure) {
        return failure instanceof AccessDeniedException ? "permission denied" : failure.getMessage();
    }
}
