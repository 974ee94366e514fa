package dev.plumbline.export.frames;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that belong together: all are put in their places, or each place is left as it was.
 *
 * <p>No file system renames several files in one step. So everything is on the disk before the first is renamed, renaming
 * is all that can still fail, and when it does the files renamed before go back. Only a kill or a power failure between
 * two renames leaves new files beside old ones; each is whole then, and the old ones are still there under hidden names.
 *
 * <p>Owned by: the exporting thread; the sweeper, which runs when the machine goes down, meets it at the lock.
 */
public final class OutputFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputFiles.class);

    private final List<OutputFile> files = new ArrayList<>();
    private final Thread sweeper = new Thread(this::sweep, "export-sweeper");
    private boolean isSwept;

    public OutputFiles() {
        Runtime.getRuntime().addShutdownHook(sweeper);
    }

    /** @throws ExportException when nothing can be written there */
    public synchronized OutputFile open(Path asked) {
        OutputFile file = new OutputFile(asked);
        files.add(file);
        return file;
    }

    /**
     * Puts all files in their places.
     *
     * @throws ExportException when one of them cannot be; then what stood in the places is there again, or the message says
     *     where it is
     */
    public void commit() {
        files.forEach(OutputFile::seal);
        synchronized (this) {
            if (isSwept) {
                throw new ExportException("the export was ended before it was done");
            }
            int next = 0;
            try {
                for (; next < files.size(); next++) {
                    files.get(next).place(next < files.size() - 1);
                }
            } catch (ExportException e) {
                throw putBack(next, e);
            }
        }
    }

    /** Removes what was written and is not in its place. */
    @Override
    public void close() {
        sweep();
        try {
            Runtime.getRuntime().removeShutdownHook(sweeper);
        } catch (IllegalStateException e) {
            // The machine is going down and runs it now.
        }
    }

    private ExportException putBack(int failed, ExportException why) {
        StringBuilder message = new StringBuilder(why.getMessage());
        for (int i = failed; i >= 0; i--) {
            OutputFile file = files.get(i);
            try {
                file.putBack();
            } catch (IOException e) {
                why.addSuppressed(e);
                message.append("; ").append(file.path()).append(" could not be put back")
                        .append(file.keepsOld() ? ", what stood there is " + file.keptAt() : ": it is the new one");
            }
        }
        return why.getSuppressed().length == 0 ? why : new ExportException(message.toString(), why);
    }

    private synchronized void sweep() {
        isSwept = true;
        for (OutputFile file : files) {
            try {
                file.discard();
            } catch (IOException e) {
                LOG.warn("export.sweep file={} reason=\"{}\"", file.path(), e.toString());
            }
        }
        files.clear();
    }
}
