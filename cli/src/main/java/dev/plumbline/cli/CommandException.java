package dev.plumbline.cli;

/** It could not be done: exit code 1 unless another is given. The message is one line: what was expected, what came. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandException(String message) {
        this(message, Cli.FAILED, null);
    }

    CommandException(String message, Throwable cause) {
        this(message, Cli.FAILED, cause);
    }

    CommandException(String message, int exitCode, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
