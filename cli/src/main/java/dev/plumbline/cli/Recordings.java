package dev.plumbline.cli;

import dev.plumbline.recording.Recording;
import dev.plumbline.recording.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds and opens recordings.
 *
 * @param home where recordings go when no directory is named; their names are their dates
 * @param opener opens one, or throws {@link RecordingException} when it is none
 */
record Recordings(Path home, Function<Path, Recording> opener) {
    private static final String LATEST = "latest";

    static Recordings ofUser() {
        return new Recordings(Path.of(System.getProperty("user.home"), ".plumbline", "recordings"), Recording::open);
    }

    /** @param name a directory, or {@code latest} */
    Recording open(String name) {
        if (name.equals(LATEST) && !Files.exists(Path.of(LATEST))) {
            return latest();
        }
        Path directory = Values.path("REC", name);
        if (!Files.isDirectory(directory)) {
            throw new CommandException("expected a recording's directory or 'latest', " + directory
                    + (Files.exists(directory) ? " is a file" : " does not exist"));
        }
        return opener.apply(directory);
    }

    /** The newest that is one: a start that failed may have left a directory behind. */
    private Recording latest() {
        for (Path directory : newestFirst()) {
            try {
                return opener.apply(directory);
            } catch (RecordingException e) {
                continue;
            }
        }
        throw new CommandException("no recording below " + home + " yet: 'plumbline start' makes one");
    }

    private List<Path> newestFirst() {
        if (!Files.isDirectory(home)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(home)) {
            return children.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        } catch (IOException e) {
            throw new CommandException("cannot read " + home + ": " + Failures.line(e), e);
        }
    }
}
