package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** HTTP/1.1 as Helidon serves it, on {@linkplain Watched watched} connections. */
final class WatchedSelector implements ServerConnectionSelector {

  private final Http1ConnectionSelector http1;

  WatchedSelector(Http1Config configuration) {
    this.http1 = Http1ConnectionSelector.builder().config(configuration).build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext connection) {
    return http1.connection(new Watched(connection));
  }
}
