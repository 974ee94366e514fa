package dev.plumbline.cli;

import dev.plumbline.recording.Recording;
import dev.plumbline.recording.RecordingDirectories;
import dev.plumbline.recording.RecordingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

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
                    + (Files.exists(directory) ? " is a file" : Files.notExists(directory) ? " does not exist" : " cannot be reached"));
        }
        return opener.apply(directory);
    }

    /** Says what was not kept, if anything: without it what is there would be taken for all there was. */
    static void noteWhatIsMissing(Recording recording, Console console) {
        String left = recording.summary().limitReached();
        if (!left.isEmpty()) {
            Look look = console.errLook();
            console.note("plumbline: not all is in " + look.safe(recording.directory().toString()) + ": " + look.safe(left));
        }
    }

    private Recording latest() {
        return opener.apply(new RecordingDirectories(home).latest().orElseThrow(
                () -> new CommandException("no recording below " + home + " yet: 'plumbline start' makes one")));
    }
}
