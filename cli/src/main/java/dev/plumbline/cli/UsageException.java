package dev.plumbline.cli;

/** What was typed is not allowed: exit code 2. The message is one line: which option, what was expected, what came. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    /** {@code --listen: expected HOST:PORT, got 'x'}. */
    static UsageException value(String option, String expected, String got) {
        return new UsageException(option + ": expected " + expected + ", got '" + got + "'");
    }
}
