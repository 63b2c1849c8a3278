package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.Durations;
import dev.lastword.accounts.Permission;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.SharedSecret;
import dev.lastword.identity.SigningKey;
import dev.lastword.identity.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    description = "Prints a JWT and nothing else.",
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {

  @Option(names = "--user", paramLabel = "ID", required = true, description = "whose token")
  private String user;

  @Option(names = "--admin", description = "an operator's token, which needs no account")
  private boolean admin;

  @Option(
      names = "--permission",
      paramLabel = "P",
      description = "narrows what the token may do; may be given more than once")
  private @Nullable List<String> permissions;

  @Option(
      names = "--ttl",
      paramLabel = "T",
      defaultValue = "24h",
      description = "how long it is valid, as in 90s, 15m, 24h or 30d (default: ${DEFAULT-VALUE})")
  private String ttl;

  @Mixin private DataOption data;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    String token =
        issuer(data.configuration()).issue(user, admin, permissions(), Durations.parse(ttl));
    spec.commandLine().getOut().println(token);
    return 0;
  }

  private @Nullable Set<String> permissions() {
    if (permissions == null) {
      return null;
    }
    for (String word : permissions) {
      if (Permission.parse(word).isEmpty()) {
        throw new IllegalArgumentException(
            "--permission " + word + ": an account " + Permission.RULE);
      }
    }
    return new HashSet<>(permissions);
  }

  static TokenIssuer issuer(Configuration configuration) throws IOException {
    SecureRandom random = new SecureRandom();
    return new TokenIssuer(
        key(configuration, random),
        configuration.identity().parties(),
        InstantSource.system(),
        random);
  }

  /** A short-lived token for what another command asks a server. */
  static String operator(Configuration configuration) throws IOException {
    return issuer(configuration).issue("operator", true, null, Duration.ofMinutes(10));
  }

  private static SigningKey key(Configuration configuration, SecureRandom random)
      throws IOException {
    return switch (configuration.identity().keys()) {
      case Configuration.Keys.Own _ -> {
        Files.createDirectories(configuration.data());
        yield OwnKey.open(configuration.data(), random);
      }
      case Configuration.Keys.Secret(String secret) -> new SharedSecret(secret);
      case Configuration.Keys.Published _ ->
          throw new IllegalArgumentException(
              "LASTWORD_JWKS is set: tokens come from whoever publishes those keys");
    };
  }
}
