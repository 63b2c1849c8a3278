package dev.lastword.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Connections to one server; the one that was used last is used next. Thread-safe. */
final class Wires implements AutoCloseable {

  private final InetSocketAddress server;
  private final String host;
  private final Deque<Wire> idle = new ConcurrentLinkedDeque<>();

  /**
   * Looks up the server's address, once.
   *
   * @throws IllegalArgumentException for anything but http
   */
  Wires(URI url) throws UnknownHostException {
    if (!"http".equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "load speaks plain HTTP only, not " + url + ": give it --url http://HOST:PORT");
    }
    int port = url.getPort() < 0 ? 80 : url.getPort();
    this.server = new InetSocketAddress(InetAddress.getByName(url.getHost()), port);
    this.host = url.getHost() + ":" + port;
  }

  /** A whole request, ready to be sent. */
  byte[] post(String path, String token, String accept, String json) {
    String request =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\nAccept: "
            + accept
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + json.length()
            + "\r\n\r\n"
            + json;
    return request.getBytes(StandardCharsets.US_ASCII);
  }

  /** A connection that nobody else uses. */
  Wire take() throws IOException {
    Wire known = idle.pollFirst();
    return known == null ? Wire.open(server) : known;
  }

  /** Takes back a connection whose last answer was read to its end. */
  void give(Wire wire, Wire.Head last) {
    if (last.reusable()) {
      idle.addFirst(wire);
    } else {
      wire.close();
    }
  }

  @Override
  public void close() {
    Wire wire;
    while ((wire = idle.pollFirst()) != null) {
      wire.close();
    }
  }
}
