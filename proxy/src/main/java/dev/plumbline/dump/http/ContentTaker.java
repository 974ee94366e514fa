package dev.plumbline.dump.http;

import java.nio.ByteBuffer;

/** Receives octets of content as they come by. */
@FunctionalInterface
public interface ContentTaker {
    void content(ByteBuffer from, int index, int length);
}
