package dev.plumbline.export.frames;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * A file being written beside its target, readable by its owner alone, and put in its place whole or not at all.
 * What stands there already is replaced when it is a regular file, as {@code curl -o} would; nothing else is.
 *
 * <p>Owned by: the exporting thread.
 */
public final class OutputFile implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path asked;
    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final Thread sweeper;
    /** Read by the sweeper too. */
    private volatile boolean committed;

    /** @throws ExportException when nothing can be written there */
    public OutputFile(Path asked) {
        this.asked = asked;
        this.target = resolved(asked);
        Path name = target.getFileName();
        if (name == null) {
            throw new ExportException("cannot write " + asked + ": expected a file's name");
        }
        String stem = name.toString();
        this.temporary = target.resolveSibling("." + stem.substring(0, Math.min(stem.length(), 60)) + "." + Long.toHexString(RANDOM.nextLong()) + ".part");
        this.channel = open(asked, temporary);
        this.sweeper = new Thread(this::sweep, "export-sweeper");
        Runtime.getRuntime().addShutdownHook(sweeper);
    }

    public FileChannel channel() {
        return channel;
    }

    /** As the caller named it. */
    public Path path() {
        return asked;
    }

    /** Where it will stand, symbolic links followed. */
    public Path target() {
        return target;
    }

    /** Puts the file in its place. */
    public void commit() {
        try {
            channel.close();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            committed = true;
        } catch (IOException e) {
            throw unwritable(asked, e);
        }
    }

    /** Removes what was written, unless it is in its place. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unwritable(asked, e);
        } finally {
            sweep();
            forgetSweeper();
        }
    }

    /** One line for an I/O error on that file. */
    public static ExportException unwritable(Path path, IOException cause) {
        String why = cause instanceof java.nio.file.NoSuchFileException ? "no such directory"
                : cause instanceof java.nio.file.AccessDeniedException ? "permission denied"
                : cause instanceof java.nio.file.FileSystemException named && named.getReason() != null ? named.getReason()
                : String.valueOf(cause.getMessage());
        return new ExportException("cannot write " + path + ": " + why, cause);
    }

    private static Path resolved(Path asked) {
        try {
            Path path = asked.toAbsolutePath();
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return path;
            }
            if (!Files.isRegularFile(path)) {
                throw new ExportException("cannot write " + asked + ": not a regular file");
            }
            return path.toRealPath();
        } catch (IOException e) {
            throw unwritable(asked, e);
        }
    }

    private static FileChannel open(Path asked, Path temporary) {
        boolean posix = temporary.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))} : new FileAttribute<?>[0];
        try {
            return FileChannel.open(temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), owner);
        } catch (FileAlreadyExistsException e) {
            throw new ExportException("cannot write " + asked + ": " + temporary + " is in the way", e);
        } catch (IOException e) {
            throw unwritable(asked, e);
        }
    }

    private void sweep() {
        if (!committed) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void forgetSweeper() {
        try {
            Runtime.getRuntime().removeShutdownHook(sweeper);
        } catch (IllegalStateException e) {
            // The machine is going down and runs it now.
        }
    }
}
