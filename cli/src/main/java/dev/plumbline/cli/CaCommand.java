package dev.plumbline.cli;

import dev.plumbline.ca.CaException;
import dev.plumbline.ca.CertificateAuthority;
import dev.plumbline.ca.TrustInstructions;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The root certificate: make it, say where it is, describe it and how to trust it. */
final class CaCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("ca", "ca init|path|show [OPTIONS]",
                "The root certificate that clients are to trust, one per installation. 'start' makes it too when there is none.",
                "  curl --cacert \"$(plumbline ca init)\" --proxy http://127.0.0.1:8080 https://example.com/",
                "  plumbline ca show");
        spec.addSubcommand("init", part("init", "Makes the root certificate and its key if there are none, and prints the certificate's path."));
        spec.addSubcommand("path", part("path", "Prints the path of the root certificate, made or not."));
        spec.addSubcommand("show", part("show", "Describes the root certificate and says how each platform comes to trust it, and to forget it again."));
        spec.usageMessage().commandListHeading("%nCommands:%n");
        return spec;
    }

    private static CommandSpec part(String name, String summary) {
        CommandSpec spec = Options.command(name, "ca " + name + " [--ca-dir DIR]", summary, "  plumbline ca " + name, "  plumbline ca " + name + " --ca-dir ./team-ca");
        return spec.addOption(Options.value("--ca-dir", "DIR", "Directory of the root certificate and its key. Default: ~/.plumbline."));
    }

    @Override
    public int run(ParseResult typed, Console console) throws CaException {
        ParseResult part = typed.subcommand();
        if (part == null) {
            throw new UsageException("ca: expected init, path or show, got nothing");
        }
        Path directory = ProxyOptions.path(part, "--ca-dir").orElseGet(() -> Path.of(System.getProperty("user.home"), ".plumbline"));
        switch (part.commandSpec().name()) {
            case "init" -> console.out().println(CertificateAuthority.open(directory).certificateFile());
            case "path" -> path(directory, console);
            default -> show(directory, console);
        }
        return Cli.DONE;
    }

    private static void path(Path directory, Console console) {
        console.out().println(CertificateAuthority.certificateFile(directory));
        if (!CertificateAuthority.isPresent(directory)) {
            console.note("plumbline: not made yet: 'plumbline ca init' or 'plumbline start' makes it");
        }
    }

    private static void show(Path directory, Console console) throws CaException {
        if (!CertificateAuthority.isPresent(directory)) {
            throw new CommandException("no root certificate in " + directory + " yet: 'plumbline ca init' or 'plumbline start' makes it");
        }
        CertificateAuthority authority = CertificateAuthority.open(directory);
        Look look = console.look();
        PrintStream out = console.out();
        authority.describe().lines().forEach(line -> out.println(look.safe(line)));
        for (TrustInstructions each : TrustInstructions.of(authority)) {
            out.println();
            out.println(look.ink(Look.Ink.STRONG, each.platform()));
            each.trust().forEach(step -> out.println(line(step, look)));
            out.println(look.ink(Look.Ink.DIM, "  and to forget it again:"));
            each.forget().forEach(step -> out.println(line(step, look)));
        }
    }

    private static String line(TrustInstructions.Step step, Look look) {
        return (step.kind() == TrustInstructions.Kind.RUN ? "    $ " : "    ") + look.safe(step.text());
    }
}
