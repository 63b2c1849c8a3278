package dev.lastword.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;
import java.util.function.Function;

/**
 * A protocol as Helidon serves it, on watched connections.
 *
 * @param protocol Helidon's
 * @param claim which first bytes are this protocol's
 * @param watch makes the watch of a connection
 */
record WatchingSelector(
    ServerConnectionSelector protocol,
    Function<BufferData, ServerConnectionSelector.Support> claim,
    Function<ConnectionContext, WatchedConnection> watch)
    implements ServerConnectionSelector {

  @Override
  public int bytesToIdentifyConnection() {
    return protocol.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return claim.apply(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return protocol.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext connection) {
    return protocol.connection(watch.apply(connection));
  }
}
