package dev.plumbline.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Standard output that remembers why it could not be written. A {@link PrintStream} knows only that: but {@code list | head} is
 * as it should be, and a full disk below {@code list > file} is not.
 *
 * <p>Owned by: whoever owns the {@link Console}; written by the threads that print.
 */
final class StandardOutput extends PrintStream {
    private static final int BUFFER = 1 << 16;

    private final Watched watched;
    private final boolean hasReader;

    /**
     * @param out what it leads to; buffered here
     * @param hasReader whether that is a pipe or a terminal: who is gone from there has had enough, which is no failure. The words
     *     of the system cannot tell, they are in the user's language
     */
    StandardOutput(OutputStream out, boolean hasReader) {
        this(new Watched(out), hasReader);
    }

    private StandardOutput(Watched watched, boolean hasReader) {
        super(new BufferedOutputStream(watched, BUFFER), false, StandardCharsets.UTF_8);
        this.watched = watched;
        this.hasReader = hasReader;
    }

    /** What the first write that failed said; empty while none has. */
    Optional<String> failure() {
        return hasReader ? Optional.empty() : Optional.ofNullable(watched.failure).map(Failures::line);
    }

    private static final class Watched extends OutputStream {
        private final OutputStream out;
        private volatile IOException failure;

        Watched(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            try {
                out.write(octets, offset, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
