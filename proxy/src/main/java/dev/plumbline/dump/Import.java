package dev.plumbline.dump;

import dev.plumbline.dump.file.Dump;
import dev.plumbline.dump.file.DumpException;
import dev.plumbline.dump.tls.Keys;
import dev.plumbline.recording.ImportRecorder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One import: say what from, then {@link #run}.
 *
 * <p>Owned by: one thread.
 * <p>Limits: memory does not grow with the file; see {@link ImportRun}.
 */
public final class Import {
    private final String name;
    private final Function<Keys, Dump> opener;
    private final List<Path> keyFiles = new ArrayList<>();
    private ImportProgress progress = ImportProgress.NONE;

    private Import(String name, Function<Keys, Dump> opener) {
        this.name = name;
        this.opener = opener;
    }

    public static Import of(Path file) {
        return new Import(file.toAbsolutePath().toString(), keys -> {
            Dump.secretsAhead(file, keys::readAhead);
            return Dump.open(file, keys::read);
        });
    }

    /** The same of a pipe. */
    public static Import of(ReadableByteChannel channel, String name) {
        return new Import(name, keys -> Dump.open(channel, name, keys::read));
    }

    /** TLS keys in NSS form, beside those embedded in the file. */
    public Import keys(Path keyLog) {
        keyFiles.add(keyLog);
        return this;
    }

    public Import progress(ImportProgress listener) {
        progress = listener;
        return this;
    }

    /**
     * Makes the recording.
     *
     * @param creator name and version of the program, for the record
     * @param directory asked for once the file turned out to be one that can be read
     * @throws ImportException when it cannot be done at all
     */
    public ImportResult run(String creator, Supplier<Path> directory) {
        Keys keys = new Keys();
        List<String> remarks = new ArrayList<>();
        for (Path file : keyFiles) {
            read(file, keys, remarks);
        }
        try (Dump dump = opener.apply(keys)) {
            return new ImportRun(dump, keys, remarks, progress).run(importer -> ImportRecorder.create(directory.get(), creator, name, importer));
        } catch (DumpException e) {
            throw new ImportException(e.getMessage(), e);
        }
    }

    private static void read(Path file, Keys keys, List<String> remarks) {
        long lines = keys.lines();
        long bad = keys.badLines();
        long others = keys.otherLines();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            keys.read(in);
        } catch (NoSuchFileException e) {
            throw new ImportException("expected a key log, " + file + " does not exist", e);
        } catch (IOException e) {
            throw new ImportException("cannot read the key log " + file + ": " + DumpException.why(e), e);
        }
        if (keys.badLines() > bad) {
            remarks.add(file + ": " + (keys.badLines() - bad) + " lines are no key log lines (expected: LABEL CLIENT-RANDOM SECRET in hexadecimal)");
        }
        if (keys.otherLines() > others) {
            remarks.add(file + ": " + (keys.otherLines() - others) + " lines have labels of no use here");
        }
        if (keys.lines() == lines) {
            remarks.add(file + ": no keys in it");
        }
    }
}
