package dev.plumbline.export.frames;

import java.io.IOException;
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
 * <pre>
 *  .NAME.x.part   what is being written
 *  .NAME.x.old    what stood at NAME, a second name for it, while it may have to be put back
 * </pre>
 *
 * <p>Owned by: the exporting thread; from {@link #place} on whoever holds the lock of the {@link OutputFiles} it is one of.
 */
public final class OutputFile {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Characters of the target's name in those of the others. */
    private static final int SHOWN = 50;

    private final Path asked;
    private final Path target;
    private final Path temporary;
    private final Path old;
    private final FileChannel channel;
    private boolean isPlaced;
    private boolean keepsOld;

    /** @throws ExportException when nothing can be written there */
    OutputFile(Path asked) {
        this.asked = asked;
        this.target = resolved(asked);
        Path name = target.getFileName();
        if (name == null) {
            throw new ExportException("cannot write " + asked + ": expected a file's name");
        }
        String stem = name.toString();
        // Whole characters, and with them no more than the 255 octets that a name may have.
        int shown = stem.offsetByCodePoints(0, Math.min(stem.codePointCount(0, stem.length()), SHOWN));
        String hidden = "." + stem.substring(0, shown) + "." + Long.toHexString(RANDOM.nextLong());
        this.temporary = target.resolveSibling(hidden + ".part");
        this.old = target.resolveSibling(hidden + ".old");
        this.channel = open(asked, temporary);
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

    /** Brings to the disk what was written: from here on only names change. */
    void seal() {
        try {
            channel.force(true);
            channel.close();
        } catch (IOException e) {
            throw unwritable(asked, e);
        }
    }

    /**
     * Puts the file in its place.
     *
     * @param mayReturn whether {@link #putBack} may be asked for later
     */
    void place(boolean mayReturn) {
        try {
            if (mayReturn && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
                keepOld();
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            isPlaced = true;
        } catch (IOException e) {
            throw unwritable(asked, e);
        }
    }

    /** What stood there stands there again; where nothing did, nothing does. */
    void putBack() throws IOException {
        if (keepsOld && (isPlaced || Files.notExists(target, LinkOption.NOFOLLOW_LINKS))) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            keepsOld = false;
        } else if (isPlaced) {
            Files.delete(target);
        }
        isPlaced = false;
    }

    /** Removes what is not needed any more: what was written, unless it is in its place, and the old file, where that is not all there is of it. */
    void discard() throws IOException {
        try {
            channel.close();
        } finally {
            if (!isPlaced) {
                Files.deleteIfExists(temporary);
            }
            if (keepsOld) {
                Files.deleteIfExists(old);
            }
        }
    }

    /** Where the file is that stood there; for when it could not be put back. */
    Path keptAt() {
        keepsOld = false;
        return old;
    }

    boolean keepsOld() {
        return keepsOld;
    }

    /** A second name, so that there is a file at the target all the time; moved away where the file system has no such thing. */
    private void keepOld() throws IOException {
        try {
            Files.createLink(old, target);
        } catch (IOException | UnsupportedOperationException e) {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        }
        keepsOld = true;
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
}
