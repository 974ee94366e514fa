package dev.plumbline.export.frames;

/** An export cannot be made. The message is one line: what was expected, what came. */
public class ExportException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ExportException(String message) {
        super(message);
    }

    public ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
