package dev.lastword.bench.contender;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.nio.charset.StandardCharsets;

/** The HTTP server under Lastword, answering each request with the same JSON and no more. */
public final class BareHelidon {

  private BareHelidon() {}

  /**
   * Serves until the process ends.
   *
   * @param arguments the body of every answer
   */
  public static void main(String[] arguments) {
    byte[] body = arguments[0].getBytes(StandardCharsets.UTF_8);
    WebServer server =
        WebServer.builder()
            .port(0)
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .routing(
                HttpRouting.builder()
                    .any((request, response) -> {
                      response.header(HeaderNames.CONTENT_TYPE, "application/json");
                      response.send(body);
                    }))
            .build()
            .start();
    Accepting.at(server.port());
  }
}
