package dev.plumbline.export;

import java.util.List;

/**
 * What an export wrote.
 *
 * @param exchanges entries in the HAR; −1 when none was asked for
 * @param packets packets in the pcapng, or in the pcap where only that was asked for; −1 when neither was
 * @param secrets key log lines in the key log or the pcapng; −1 when neither was asked for
 * @param warnings what its owner must know, a line each: that it holds credentials, what it lacks
 */
public record ExportResult(long exchanges, long packets, long secrets, List<String> warnings) {
    public ExportResult {
        warnings = List.copyOf(warnings);
    }
}
