package dev.lastword.cli;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server a command speaks to, and as whom. */
final class ServerOption {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "the server (default: this machine's, at LASTWORD_PORT)")
  private @Nullable URI url;

  @Option(
      names = "--token",
      paramLabel = "JWT",
      description = "an operator's token (default: one made with the data folder's key)")
  private @Nullable String token;

  @Mixin private DataOption data;

  Client client() {
    return new Client(url == null ? Client.thisMachine() : url);
  }

  Map<String, String> asOperator() throws IOException {
    String bearer = token == null ? TokenCommand.operator(data.configuration()) : token;
    return Map.of("Authorization", "Bearer " + bearer);
  }

  DataOption data() {
    return data;
  }
}
