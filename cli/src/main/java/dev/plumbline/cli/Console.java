package dev.plumbline.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The surroundings of a command: its streams, what they lead to, the environment.
 *
 * <p>Owned by: the thread that runs the command; {@code out} also by the one that prints the log.
 *
 * @param out buffered: whoever wants it seen flushes it
 * @param err not buffered
 * @param isInTerminal whether standard input is a terminal, so that its keys send signals to all in front of it
 * @param isOutTerminal whether standard output is one
 * @param isErrTerminal whether standard error is one
 * @param width columns of the terminal; 0 when standard output is none
 */
record Console(
        PrintStream out, PrintStream err, boolean isInTerminal, boolean isOutTerminal, boolean isErrTerminal, int width,
        Map<String, String> environment, ZoneId zone) {
    private static final int DEFAULT_WIDTH = 80;
    /** Of a file's mode: inode(7). */
    private static final int FILE_TYPE = 0170000;
    private static final int PIPE = 0010000;
    private static final int SOCKET = 0140000;

    Console {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    static Console ofProcess() {
        boolean outTerminal = isTerminal(1);
        Map<String, String> environment = new HashMap<>(System.getenv());
        LentVariables.takeBack(environment);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
        boolean hasReader = outTerminal || hasReader(open(1));
        return new Console(new StandardOutput(new FileOutputStream(FileDescriptor.out), hasReader), err, isTerminal(0), outTerminal, isTerminal(2),
                outTerminal ? terminalWidth() : 0, environment, ZoneId.systemDefault());
    }

    /** How text looks on standard output. */
    Look look() {
        return new Look(isOutTerminal && mayColour(), isUnicode(), width, zone);
    }

    /** The same for standard error, where nothing is ever cut. */
    Look errLook() {
        return new Look(isErrTerminal && mayColour(), isUnicode(), 0, zone);
    }

    /** A remark for the person, beside what the command is for. */
    void note(String line) {
        out.flush();
        err.println(line);
        err.flush();
    }

    /** Why some of what was printed is not where it was printed to; empty when all of it is. */
    Optional<String> lost() {
        out.flush();
        return out instanceof StandardOutput standard ? standard.failure() : Optional.empty();
    }

    /** See <a href="https://no-color.org">no-color.org</a>: present and not empty means no. */
    private boolean mayColour() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** POSIX.1-2017 §8.2: the first of the three that is set and not empty names the character set. */
    private boolean isUnicode() {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String locale = environment.getOrDefault(name, "").toLowerCase(Locale.ROOT);
            if (!locale.isEmpty()) {
                return locale.contains("utf-8") || locale.contains("utf8");
            }
        }
        return false;
    }

    /** {@code System.console()} asks for two descriptors at once, and since JDK 22 is there without a terminal too. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(open(descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Whether it is a pipe, with or without a name, or a socket: somebody reads it who may have had enough. */
    static boolean hasReader(Path file) {
        try {
            int type = (int) Files.getAttribute(file, "unix:mode") & FILE_TYPE;
            return type == PIPE || type == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private static Path open(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    private static int terminalWidth() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (InputStream answer = stty.getInputStream()) {
                String[] size = new String(answer.readNBytes(32), StandardCharsets.US_ASCII).trim().split(" ");
                stty.waitFor(1, TimeUnit.SECONDS);
                int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
                return columns > 0 ? columns : DEFAULT_WIDTH;
            }
        } catch (IOException | NumberFormatException e) {
            return DEFAULT_WIDTH;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DEFAULT_WIDTH;
        }
    }
}
