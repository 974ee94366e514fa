package dev.plumbline.ca;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * Files that have their mode from the moment they exist, and their whole content from the moment they have their name.
 *
 * <p>Modes are given to {@code open} and {@code mkdir}, so a umask can only narrow them. Content is written under a
 * random name ({@code O_EXCL}, no link followed) and then linked to its own: a crash leaves no half file, and of two
 * processes exactly one is first.
 *
 * <p>Limits: a file is read up to {@value #MAX_OCTETS} octets.
 */
final class OwnerFiles {

    static final String OWNER_ONLY = "rw-------";
    static final String PUBLIC = "rw-r--r--";
    static final int MAX_OCTETS = 64 * 1024;

    private static final Set<OpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final SecureRandom RANDOM = new SecureRandom();

    private OwnerFiles() {}

    /** Makes the directory, and what is missing above it, 0700; one that exists keeps its mode, it may be the user's own. */
    static void makeDirectory(Path directory) throws CaException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            throw CaException.file(directory, "a file system with owner permissions", "one without");
        }
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(directory, mode("rwx------"));
        } catch (FileAlreadyExistsException e) {
            throw CaException.file(directory, "a directory", "a file", e);
        } catch (IOException e) {
            throw CaException.file(directory, "a directory that can be made", reason(e), e);
        }
    }

    /** Creates the file with this content unless the name is taken; says whether it did. */
    static boolean createOnce(Path file, byte[] content, String mode) throws IOException {
        Path draft = draft(file, content, mode, true);
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Puts this content under the name in one step, in place of what was there. Survives a crash, not a power cut. */
    static void replace(Path file, byte[] content) throws IOException {
        Path draft = draft(file, content, OWNER_ONLY, false);
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_OCTETS + 1);
            if (content.length > MAX_OCTETS) {
                throw new IOException("more than " + MAX_OCTETS + " octets");
            }
            return content;
        }
    }

    /** Refuses a secret that others can reach, as ssh does: it may have been copied already, so repairing it silently would lie. */
    static void requireOwnerOnly(Path file) throws CaException, IOException {
        Set<PosixFilePermission> came = Files.getPosixFilePermissions(file);
        for (PosixFilePermission permission : came) {
            if (!permission.name().startsWith("OWNER_")) {
                throw CaException.file(file, "mode 0600 (owner only)", octal(came)
                        + "; chmod 600 it if nobody else can have read it, else remove it");
            }
        }
    }

    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "nothing";
        }
        if (e instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        if (e instanceof FileSystemException file && file.getReason() != null && !(e instanceof AtomicMoveNotSupportedException)) {
            return file.getReason();
        }
        if (e instanceof AtomicMoveNotSupportedException || e.getMessage() == null) {
            return e.getClass().getSimpleName();
        }
        return e.getClass() == IOException.class ? e.getMessage() : e.getClass().getSimpleName() + " (" + e.getMessage() + ")";
    }

    private static Path draft(Path file, byte[] content, String mode, boolean durable) throws IOException {
        byte[] suffix = new byte[8];
        RANDOM.nextBytes(suffix);
        Path draft = file.resolveSibling("." + file.getFileName() + "." + HexFormat.of().formatHex(suffix) + ".tmp");
        try (FileChannel out = FileChannel.open(draft, NEW_FILE, mode(mode))) {
            ByteBuffer source = ByteBuffer.wrap(content);
            while (source.hasRemaining()) {
                out.write(source);
            }
            if (durable) {
                out.force(true);
            }
            return draft;
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            bits = bits << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return String.format("0%03o", bits);
    }
}
