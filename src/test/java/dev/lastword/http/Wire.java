package dev.lastword.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** One connection, byte by byte: for what no HTTP client would send. */
final class Wire implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream input;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    input = socket.getInputStream();
  }

  /** What came back; header names in lower case. */
  record Response(int status, Map<String, List<String>> headers, String body) {

    String header(String name) {
      return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    /** The body, which must be a JSON object. */
    Map<String, Object> json() {
      return new Yaml().load(body);
    }
  }

  Wire send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // The server may refuse a request before it has read all of it.
      return this;
    }
    return this;
  }

  Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Wire sendNoMore() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Response read() throws IOException {
    return read(true);
  }

  /** The next response; the one to a HEAD request has no body, whatever its length says. */
  Response read(boolean withBody) throws IOException {
    String line = line();
    Map<String, List<String>> headers = new java.util.TreeMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(line.substring(9, 12));
    int length = withBody ? Integer.parseInt(headers.get("content-length").getFirst()) : 0;
    return new Response(
        status, headers, new String(input.readNBytes(length), StandardCharsets.UTF_8));
  }

  /**
   * Every answer until the server closes the connection, which it must. What is 1xx is no answer
   * and counts as none.
   */
  List<Response> readAll() throws IOException {
    List<Response> answers = new ArrayList<>();
    byte[] bytes;
    try {
      bytes = input.readAllBytes();
    } catch (java.net.SocketException e) {
      // Reset, as the server does to what it has not read; it may have taken its answer along.
      return answers;
    }
    int at = 0;
    while (at < bytes.length) {
      int end = indexOf(bytes, "\r\n\r\n", at);
      String[] head =
          new String(bytes, at, end - at, StandardCharsets.ISO_8859_1).split("\r\n", -1);
      int status = Integer.parseInt(head[0].substring(9, 12));
      Map<String, List<String>> headers = new java.util.TreeMap<>();
      for (String header : List.of(head).subList(1, head.length)) {
        int colon = header.indexOf(':');
        headers
            .computeIfAbsent(
                header.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(header.substring(colon + 1).strip());
      }
      at = end + 4;
      int bodyEnd = at;
      if (headers.containsKey("content-length")) {
        bodyEnd += Integer.parseInt(headers.get("content-length").getFirst());
      } else if (headers.containsKey("transfer-encoding")) {
        bodyEnd = indexOf(bytes, "0\r\n\r\n", at) + 5;
      }
      if (status >= 200) {
        answers.add(
            new Response(
                status, headers, new String(bytes, at, bodyEnd - at, StandardCharsets.UTF_8)));
      }
      at = bodyEnd;
    }
    return answers;
  }

  private static int indexOf(byte[] bytes, String what, int from) throws EOFException {
    int found = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(what, from);
    if (found < 0) {
      throw new EOFException(
          "half an answer: "
              + new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1));
    }
    return found;
  }

  /** Whether the server closes the connection without another byte. */
  boolean closed() throws IOException {
    try {
      return input.read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet;
    while ((octet = input.read()) != '\n') {
      if (octet < 0) {
        throw new EOFException("closed after: " + line);
      }
      line.write(octet);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
