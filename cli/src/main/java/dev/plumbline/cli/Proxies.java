package dev.plumbline.cli;

import dev.plumbline.proxy.PlumblineException;
import dev.plumbline.recording.ExchangeListener;
import dev.plumbline.wire.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts proxies. */
@FunctionalInterface
interface Proxies {
    /** Of whose exchanges nobody wants to hear: the recorder then makes no rows for telling. */
    ExchangeListener NOBODY = (row, diagnosis) -> { };

    /** @param onExchange as {@link dev.plumbline.proxy.Plumbline.Builder#onExchange} has it: must not wait */
    Running start(ProxySettings settings, ExchangeListener onExchange) throws PlumblineException;

    /** A running proxy, as far as a command needs it. Methods as in {@link dev.plumbline.proxy.Plumbline}. */
    interface Running extends AutoCloseable {
        Endpoint address();

        Path recording();

        List<String> captured();

        Optional<String> captureOff();

        Path caFile();

        @Override
        void close();
    }
}
