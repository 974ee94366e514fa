package dev.plumbline.dump;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an import came to.
 *
 * @param directory the recording
 * @param octets read of the file
 * @param packets in the file
 * @param segments that were TCP, and are in the recording
 * @param connections found
 * @param exchanges found, tunnels included, CONNECTs that were read into not
 * @param unread connections that were not read, or not to their end: how many, by why
 * @param leftOut packets that are not in the recording: how many, by why
 * @param secrets key log lines known
 * @param remarks what else one should know, a line each
 * @param damage where and how the file is damaged; empty when it is not
 */
public record ImportResult(
        Path directory, long octets, long packets, long segments, long connections, long exchanges, Map<String, Long> unread,
        Map<String, Long> leftOut, long secrets, List<String> remarks, String damage) {
}
