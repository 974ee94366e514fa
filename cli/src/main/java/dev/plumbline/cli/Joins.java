package dev.plumbline.cli;

import dev.plumbline.capture.Devices;
import dev.plumbline.dump.Import;
import dev.plumbline.dump.ImportResult;
import dev.plumbline.export.Export;
import dev.plumbline.export.ExportResult;
import dev.plumbline.proxy.Plumbline;
import dev.plumbline.proxy.PlumblineException;
import dev.plumbline.recording.ExchangeListener;
import dev.plumbline.recording.Recording;
import dev.plumbline.wire.Endpoint;
import dev.plumbline.wire.IpAddress;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the commands' view of the core meets the core itself. */
final class Joins {
    private Joins() {
    }

    static Proxies.Running start(ProxySettings settings, ExchangeListener onExchange) throws PlumblineException {
        Plumbline.Builder builder = settings.builder();
        return new RealProxy((onExchange == Proxies.NOBODY ? builder : builder.onExchange(onExchange)).start());
    }

    static Exporter.Result export(Recording recording, Exporter.Request request, Exporter.Progress progress) {
        Export export = Export.of(recording).ids(request.ids()).progress(progress::at);
        request.har().ifPresent(export::har);
        request.pcapng().ifPresent(export::pcapng);
        request.pcap().ifPresent(export::pcap);
        request.keys().ifPresent(export::keys);
        if (request.allPackets()) {
            export.allPackets();
        }
        if (request.redact()) {
            export.redact();
        }
        if (request.interceptedConnects()) {
            export.withInterceptedConnects();
        }
        ExportResult result = export.run();
        return new Exporter.Result(result.exchanges(), result.packets(), result.secrets(), result.warnings());
    }

    static ImportResult importDump(Path file, Optional<Path> keys, Supplier<Path> directory, Exporter.Progress progress) {
        Import dump = file.toString().equals("-") ? Import.of(Channels.newChannel(System.in), "standard input") : Import.of(file);
        keys.ifPresent(dump::keys);
        return dump.progress((done, total) -> progress.at("import", done, total)).run("Plumbline " + Version.text(), directory);
    }

    static List<DeviceLister.Device> devices() {
        return Devices.list().stream()
                .map(device -> new DeviceLister.Device(
                        device.name(), device.addresses().stream().map(IpAddress::toString).toList(), device.isUp(), device.link(), device.problem()))
                .toList();
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
