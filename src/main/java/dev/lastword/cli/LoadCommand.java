package dev.lastword.cli;

import dev.lastword.load.Load;
import dev.lastword.load.LoadOptions;
import dev.lastword.load.LoadPlan;
import dev.lastword.load.ReportFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Drives a running server as many clients at once would, and judges what came back. */
@Command(
    name = "load",
    description = "Puts a running server under load; exit 1 if it misses a criterion.",
    mixinStandardHelpOptions = true)
final class LoadCommand implements Runnable {

  private static final Pattern DELAY = Pattern.compile("(\\d{1,5})-(\\d{1,5})");
  private static final long MAX_WORDS = 1_000_000;

  /** Seeds that are whole numbers in every JSON. */
  private static final int SEED_BITS = 40;

  private static final Set<String> NO_PART_OF_THE_LOAD =
      Set.of("--url", "--token", "--data", "--report");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  @Command(name = "memes", description = "Asks for memes.", mixinStandardHelpOptions = true)
  int memes(@Mixin LoadOptions options, @Mixin ServerOption server)
      throws IOException, InterruptedException {
    LoadPlan plan = options.plan(new LoadPlan.Product.Memes());
    ReportFile report = report(options);
    Random random = new Random();
    try (Load load = load(server);
        LoadUsers users = users(server, plan, random)) {
      return load.memes(plan, users.tokens(), report) ? 0 : 1;
    }
  }

  @Command(
      name = "words",
      description = "Asks for streams, and checks every word's time and every charge.",
      mixinStandardHelpOptions = true)
  int words(
      @Mixin LoadOptions options,
      @Option(
              names = "--max-words",
              paramLabel = "N",
              description = "words a stream (default: as many as its minute holds)")
          @Nullable Long maxWords,
      @Option(
              names = "--delay",
              paramLabel = "MS-MS",
              defaultValue = "500-1000",
              description = "the server's LASTWORD_WORD_DELAY_MS (default: ${DEFAULT-VALUE})")
          String delay,
      @Mixin ServerOption server)
      throws IOException, InterruptedException {
    LoadPlan.Product.Words words = product(maxWords, delay);
    LoadPlan plan = options.plan(words);
    ReportFile report = report(options);
    Random random = new Random();
    try (Load load = load(server);
        LoadUsers users = users(server, plan, random)) {
      long firstSeed = random.nextLong() >>> (Long.SIZE - SEED_BITS);
      return load.words(plan, words, users.tokens(), firstSeed, report) ? 0 : 1;
    }
  }

  private static LoadPlan.Product.Words product(@Nullable Long maxWords, String delay) {
    if (maxWords != null && (maxWords < 1 || maxWords > MAX_WORDS)) {
      throw new IllegalArgumentException("--max-words must be 1 to " + MAX_WORDS);
    }
    Matcher limits = DELAY.matcher(delay);
    if (!limits.matches()) {
      throw new IllegalArgumentException("--delay " + delay + ": write it as 500-1000");
    }
    long minimum = Long.parseLong(limits.group(1));
    long maximum = Long.parseLong(limits.group(2));
    if (minimum > maximum) {
      throw new IllegalArgumentException("--delay " + delay + ": the shorter wait comes first");
    }
    return new LoadPlan.Product.Words(maxWords, minimum, maximum);
  }

  private Load load(ServerOption server) throws IOException {
    try (Client client = server.client()) {
      return new Load(client.server(), Clock.system(ZoneId.systemDefault()), out(), err());
    }
  }

  private @Nullable ReportFile report(LoadOptions options) throws IOException {
    return options.report() == null ? null : ReportFile.at(options.report(), command());
  }

  /** What was typed, but for what says where it goes, and as whom. */
  private String command() {
    StringBuilder text = new StringBuilder("./lastword load ");
    CommandLine.ParseResult arguments = spec.commandLine().getParseResult().subcommand();
    text.append(arguments.commandSpec().name());
    for (OptionSpec option : arguments.matchedOptions()) {
      if (!NO_PART_OF_THE_LOAD.contains(option.longestName())) {
        text.append(' ').append(option.longestName());
        if (option.arity().max() > 0) {
          text.append(' ').append(String.join(" ", option.originalStringValues()));
        }
      }
    }
    return text.toString();
  }

  private LoadUsers users(ServerOption server, LoadPlan plan, Random random)
      throws IOException, InterruptedException {
    String run = HexFormat.of().toHexDigits(random.nextInt());
    LoadUsers users = LoadUsers.create(server, run, plan.users(), err());
    out().println(plan.description());
    out().flush();
    return users;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
