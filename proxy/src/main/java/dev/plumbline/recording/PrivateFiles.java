package dev.plumbline.recording;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/** Files and directories nobody but their owner can look into, from the moment they exist: whatever the umask. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> DIRECTORY_MODE = PosixFilePermissions.asFileAttribute(DIRECTORY);
    private static final FileAttribute<?> FILE_MODE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PrivateFiles() {
    }

    /** Makes a directory and those above it that are missing. */
    static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, DIRECTORY_MODE);
    }

    /** Makes one that must not exist. */
    static void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, DIRECTORY_MODE);
    }

    /**
     * Makes {@code directory} ours: creates it, or takes an existing empty one and shuts it to others.
     *
     * @throws RecordingException when it is something else, or not ours to write in
     */
    static void claimDirectory(Path directory) {
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                createDirectories(directory);
            } else if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new RecordingException("recording directory: " + directory + " is not a directory (expected: a new or an empty one)");
            } else if (!isEmpty(directory)) {
                throw new RecordingException("recording directory: " + directory + " is not empty (expected: a new or an empty one)");
            } else {
                Files.setPosixFilePermissions(directory, DIRECTORY);
            }
        } catch (IOException e) {
            throw new RecordingException("recording directory: cannot write " + directory + ": " + reason(e), e);
        }
    }

    /** Makes the file, which must not exist (O_EXCL: a link is never followed), for writing and reading. */
    static FileChannel createFile(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE), FILE_MODE);
    }

    /** A line for a person: the JDK's message is often only the path again. */
    static String reason(IOException e) {
        String kind = e.getClass().getSimpleName().replaceAll("Exception$", "").replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(java.util.Locale.ROOT);
        return e instanceof java.nio.file.FileSystemException && ((java.nio.file.FileSystemException) e).getReason() != null
                ? ((java.nio.file.FileSystemException) e).getReason()
                : e.getClass() == IOException.class && e.getMessage() != null ? e.getMessage() : kind;
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }
}
