package dev.plumbline.dump;

import dev.plumbline.dump.stream.OctetReader;

/** Reads a connection, or what goes on inside of one, to its end. */
interface Reading extends OctetReader {
    /** The connection is over: what is not whole is cut. */
    void close(Closing closing, long at);

    /** Octets of memory it holds for what is not whole yet. */
    long memory();
}
