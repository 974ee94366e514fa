package dev.plumbline.export.pcapng;

import dev.plumbline.export.frames.Scope;
import dev.plumbline.recording.Recording;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Writes TLS secrets of both legs as a key log file in NSS form: one line each, in the order they came. */
public final class KeyLog {
    private KeyLog() {
    }

    /** @return how many lines were written */
    public static long write(Recording recording, Scope scope, WritableByteChannel channel) throws IOException {
        BlockBuffer out = new BlockBuffer(channel);
        long[] lines = {0};
        recording.secrets(secret -> {
            if (scope.takes(secret.connection())) {
                byte[] line = BlockBuffer.utf8(secret.line());
                PcapngWriter.unchecked(() -> {
                    out.room(line.length + 1);
                    out.octets(line).u8('\n');
                });
                lines[0]++;
            }
        });
        out.flush();
        return lines[0];
    }
}
