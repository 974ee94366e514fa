package dev.plumbline.cli;

/** Where the program begins. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        int code = new Cli(console, Core.real()).run(arguments);
        System.exit(code);
    }
}
