package dev.plumbline.recording;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where recordings are kept that nobody named: one directory each, named for the moment it was made, UTC so that names sort
 * by time, with a number behind where two were made in one second.
 *
 * <pre>
 *  ~/.plumbline/recordings/2026-11-22T07-00-00
 *                          2026-11-22T07-00-00-2
 * </pre>
 *
 * <p>Owned by: anybody; it has no state.
 */
public final class RecordingDirectories {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern NAMED = Pattern.compile("(\\d{4,}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d)(?:-(\\d{1,9}))?");
    private final Path root;

    /** @param root made, for its owner alone, when the first recording is */
    public RecordingDirectories(Path root) {
        this.root = root;
    }

    /** The usual place, below {@code home}: {@code .plumbline/recordings}. */
    public static RecordingDirectories below(Path home) {
        return new RecordingDirectories(home.resolve(".plumbline").resolve("recordings"));
    }

    /**
     * Makes the directory for a recording that begins at {@code now}.
     *
     * @throws RecordingException when it cannot be made
     */
    public Path create(Instant now) {
        String name = NAME.format(now);
        try {
            PrivateFiles.createDirectories(root);
            for (int n = 1;; n++) {
                Path directory = root.resolve(n == 1 ? name : name + "-" + n);
                try {
                    PrivateFiles.createDirectory(directory);
                    return directory;
                } catch (FileAlreadyExistsException e) {
                    // Another run began in the same second: the next number is ours.
                    continue;
                }
            }
        } catch (IOException e) {
            throw new RecordingException("recording directory: cannot write " + root + ": " + PrivateFiles.reason(e), e);
        }
    }

    /**
     * What {@code REC} on a command line means: {@code latest}, or the path of a directory.
     *
     * @throws RecordingException for {@code latest} when there is none
     */
    public Path resolve(String text) {
        if (!text.equals("latest")) {
            return Path.of(text);
        }
        return latest().orElseThrow(() -> new RecordingException("latest: no recording below " + root));
    }

    /** The one made last. */
    public Optional<Path> latest() {
        if (!Files.isDirectory(root)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(RecordingDirectories::isRecording)
                    .max(Comparator.comparing((Path p) -> date(p)).thenComparingInt(RecordingDirectories::number));
        } catch (IOException e) {
            throw new RecordingException("recording directory: cannot read " + root + ": " + PrivateFiles.reason(e), e);
        }
    }

    private static boolean isRecording(Path directory) {
        return named(directory).matches() && Files.isRegularFile(directory.resolve(Layout.DATABASE), LinkOption.NOFOLLOW_LINKS);
    }

    private static String date(Path directory) {
        Matcher matcher = named(directory);
        return matcher.matches() ? matcher.group(1) : "";
    }

    private static int number(Path directory) {
        Matcher matcher = named(directory);
        return matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 1;
    }

    private static Matcher named(Path directory) {
        return NAMED.matcher(directory.getFileName().toString());
    }
}
