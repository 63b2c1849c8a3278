package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/**
 * HTTP/1.1 as Helidon serves it, on {@linkplain Watched watched} connections. What does not begin
 * like HTTP/2 comes here too, whatever it is, to be refused with an answer.
 */
final class WatchedSelector implements ServerConnectionSelector {

  private static final String HTTP2 = "PRI * HTTP/2.0\r\n";

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
    return beginsLikeHttp2(data) ? Support.UNKNOWN : Support.SUPPORTED;
  }

  private static boolean beginsLikeHttp2(BufferData data) {
    int length = Math.min(data.available(), HTTP2.length());
    for (int index = 0; index < length; index++) {
      if (data.get(index) != HTTP2.charAt(index)) {
        return false;
      }
    }
    return true;
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
