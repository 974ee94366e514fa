package dev.plumbline.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What to say of an exception in one line. Our own say it themselves; the JDK's file exceptions name the file and nothing else. */
final class Failures {
    private Failures() {
    }

    static String line(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return line(wrapped.getCause());
        }
        if (failure instanceof NoSuchFileException file) {
            return file.getFile() + ": no such file or directory";
        }
        if (failure instanceof AccessDeniedException file) {
            return file.getFile() + ": permission denied";
        }
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return "failed with " + failure.getClass().getSimpleName() + "; --verbose says where";
        }
        boolean ours = failure.getClass().getName().startsWith("dev.plumbline.") || failure instanceof IOException;
        if (failure instanceof FileSystemException || ours) {
            return message;
        }
        return "failed with " + failure.getClass().getSimpleName() + ": " + message + "; --verbose says where";
    }
}
