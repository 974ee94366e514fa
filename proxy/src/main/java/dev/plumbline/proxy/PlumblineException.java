package dev.plumbline.proxy;

/** The proxy could not be started. The message is one line: what was expected, what came. */
public class PlumblineException extends Exception {
    private static final long serialVersionUID = 1;

    public PlumblineException(String message) {
        super(message);
    }

    public PlumblineException(String message, Throwable cause) {
        super(message, cause);
    }
}
