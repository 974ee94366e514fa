package dev.plumbline.recording;

/** A recording cannot be made, opened or read. The message is one line: what was expected, what came. */
public class RecordingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RecordingException(String message) {
        super(message);
    }

    public RecordingException(String message, Throwable cause) {
        super(message, cause);
    }
}
