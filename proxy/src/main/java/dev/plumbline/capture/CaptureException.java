package dev.plumbline.capture;

/** What was asked for cannot be captured, whatever rights one has; the message is one line for the operator and lists what there is. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1;

    CaptureException(String message) {
        super(message);
    }
}
