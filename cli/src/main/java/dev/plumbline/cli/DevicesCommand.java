package dev.plumbline.cli;

import dev.plumbline.cli.DeviceLister.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Interfaces that can be captured, and what is missing if none can. */
final class DevicesCommand implements Command {
    private final DeviceLister devices;

    DevicesCommand(DeviceLister devices) {
        this.devices = devices;
    }

    @Override
    public CommandSpec spec() {
        return Options.command("devices", "devices [OPTIONS]",
                "Lists the interfaces and opens each for a moment: nothing less proves that it can be captured.",
                "  plumbline devices",
                "  name  state  link      capture  addresses",
                "  lo    up     Ethernet  yes      127.0.0.1, ::1",
                "  eth0  up     Ethernet  yes      192.0.2.7");
    }

    @Override
    public int run(ParseResult typed, Console console) {
        List<Device> found = devices.list();
        table(found, console.look()).forEach(console.out()::println);
        // The same reason for all of them is one reason.
        Set<String> problems = found.stream().map(Device::problem).filter(problem -> !problem.isEmpty()).collect(Collectors.toSet());
        if (problems.size() == 1 || found.stream().noneMatch(Device::isCapturable)) {
            problems.stream().sorted().forEach(problem -> console.note("plumbline: " + console.errLook().safe(problem)));
        }
        if (found.isEmpty()) {
            console.note("plumbline: no interface found");
        }
        return Cli.DONE;
    }

    private static List<String> table(List<Device> devices, Look look) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"name", "state", "link", "capture", "addresses"});
        boolean several = devices.stream().map(Device::problem).filter(problem -> !problem.isEmpty()).distinct().count() > 1;
        for (Device device : devices) {
            String capture = device.isCapturable() ? "yes" : several ? "no: " + device.problem() : "no";
            rows.add(new String[] {look.safe(device.name()), device.isUp() ? "up" : "down", device.link().isEmpty() ? "-" : look.safe(device.link()),
                look.safe(capture), device.addresses().isEmpty() ? "-" : look.safe(String.join(", ", device.addresses()))});
        }
        int[] widths = new int[5];
        rows.forEach(row -> {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], Columns.of(row[i]));
            }
        });
        return rows.stream().map(row -> {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(Columns.padEnd(row[i], widths[i])).append("  ");
            }
            return line.toString().stripTrailing();
        }).collect(Collectors.toList());
    }
}
