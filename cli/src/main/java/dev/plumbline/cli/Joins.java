package dev.plumbline.cli;

import dev.plumbline.proxy.Plumbline;
import dev.plumbline.proxy.PlumblineException;
import dev.plumbline.recording.ExchangeRow;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the commands' view of the core meets the core itself. */
final class Joins {
    private Joins() {
    }

    static Proxies.Running start(ProxySettings settings, Consumer<ExchangeRow> onExchange) throws PlumblineException {
        return new RealProxy(settings.builder().onExchange(onExchange).start());
    }

    static Exporter.Result export(Recording recording, Exporter.Request request, Exporter.Progress progress) {
        throw new CommandException("this build cannot export");
    }

    static List<DeviceLister.Device> devices() {
        throw new CommandException("this build cannot capture");
    }

    private record RealProxy(Plumbline plumbline) implements Proxies.Running {
        @Override
        public Endpoint address() {
            return plumbline.address();
        }

        @Override
        public Path recording() {
            return plumbline.recording();
        }

        @Override
        public List<String> captured() {
            return plumbline.captured();
        }

        @Override
        public Optional<String> captureOff() {
            return plumbline.captureOff();
        }

        @Override
        public Path caFile() {
            return plumbline.caFile();
        }

        @Override
        public void close() {
            plumbline.close();
        }
    }
}
