package dev.plumbline.cli;

import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * Prints lines until the work is done or nobody reads them any more: {@code list | head} ends there and not after a million
 * lines.
 *
 * <p>Owned by: the thread that prints.
 */
final class Lines {
    private static final int BETWEEN_CHECKS = 1024;

    private final PrintStream out;
    private long count;

    private Lines(PrintStream out) {
        this.out = out;
    }

    /**
     * @param work hands its lines, without line ends, to the printer it is given
     * @return how many lines were printed
     */
    static long print(Console console, Consumer<Consumer<String>> work) {
        Lines lines = new Lines(console.out());
        try {
            work.accept(lines::line);
        } catch (ReaderGone e) {
            return lines.count;
        }
        lines.out.flush();
        return lines.count;
    }

    private void line(String text) {
        out.append(text).append('\n');
        if (++count % BETWEEN_CHECKS == 0 && out.checkError()) {
            throw new ReaderGone();
        }
    }

    private static final class ReaderGone extends RuntimeException {
        private static final long serialVersionUID = 1;

        ReaderGone() {
            super("the reader of the output is gone", null, false, false);
        }
    }
}
