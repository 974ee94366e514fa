package dev.plumbline.dump;

/** An import that cannot be done; the message is one line for a person. */
public final class ImportException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ImportException(String message, Throwable cause) {
        super(message, cause);
    }
}
