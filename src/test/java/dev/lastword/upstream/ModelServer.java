package dev.lastword.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A model behind a real socket, which says and does whatever a script makes it do. */
public final class ModelServer implements AutoCloseable {

  /** What is done with one request; the connection is closed after it. */
  @FunctionalInterface
  public interface Script {
    void play(Line line) throws IOException;
  }

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private volatile Scene scene = new Scene();

  /** What happened since {@link #begin}; a connection belongs to the scene in which it came. */
  private static final class Scene {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private volatile Script script = Line::awaitLeaving;
  }

  public ModelServer() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    threads.submit(this::accept);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.add(connection);
        Scene now = scene;
        threads.submit(() -> serve(connection, now));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(Socket connection, Scene scene) {
    try (connection) {
      scene.requests.add(request(connection.getInputStream()));
      scene.script.play(new Line(connection, scene));
    } catch (IOException e) {
      // A write that fails: the client has left.
      scene.left.incrementAndGet();
    }
  }

  private static String request(InputStream input) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
      int octet = input.read();
      if (octet < 0) {
        throw new IOException("no request");
      }
      head.write(octet);
    }
    String text = head.toString(UTF_8);
    int length = Integer.parseInt(text.replaceFirst("(?is).*content-length: (\\d+).*", "$1"));
    return text + new String(input.readNBytes(length), UTF_8);
  }

  /** Forgets what was before. */
  public void begin() {
    scene = new Scene();
  }

  /** From now on this is done with every request. */
  public void does(Script next) {
    scene.script = next;
  }

  public Endpoint endpoint(Limits limits) {
    return new Endpoint(
        URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1"), "key", "model-1", limits);
  }

  /** Short ones, and a breaker that never opens. */
  public static Limits limits() {
    return new Limits(
        Duration.ofMillis(500),
        Duration.ofMillis(600),
        Duration.ofMillis(500),
        Duration.ofMillis(600),
        64 * 1024,
        16 * 1024,
        100,
        new Limits.Breaking(100, 100, Duration.ofSeconds(1), 3));
  }

  /** The same with another breaker. */
  public static Limits breaking(Limits.Breaking breaking) {
    Limits one = limits();
    return new Limits(
        one.connect(),
        one.first(),
        one.silence(),
        one.whole(),
        one.answerBytes(),
        one.lineBytes(),
        one.calls(),
        breaking);
  }

  /** Every request so far, head and body. */
  public List<String> requests() {
    return scene.requests;
  }

  /** How many clients were seen to leave. */
  public int left() {
    return scene.left.get();
  }

  /** Bytes of bodies that clients, or the kernel for them, have taken. */
  public long written() {
    return scene.written.get();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    threads.shutdownNow();
  }

  /** One connection. */
  public static final class Line {
    private final Socket connection;
    private final Scene scene;
    private final OutputStream output;

    private Line(Socket connection, Scene scene) throws IOException {
      this.scene = scene;
      this.connection = connection;
      this.output = connection.getOutputStream();
    }

    public Line bytes(byte[] bytes) throws IOException {
      output.write(bytes);
      output.flush();
      scene.written.addAndGet(bytes.length);
      return this;
    }

    public Line raw(String text) throws IOException {
      return bytes(text.getBytes(UTF_8));
    }

    public Line whole(int status, String type, String body, String... headers) throws IOException {
      return raw(
          "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n%s\r\n%s"
              .formatted(
                  status,
                  type.isEmpty() ? "" : "Content-Type: " + type + "\r\n",
                  body.getBytes(UTF_8).length,
                  headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n",
                  body));
    }

    /** The answer to a question for a meme. */
    public Line message(String content) throws IOException {
      return whole(
          200,
          "application/json",
          "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
              + "\"content\":"
              + content
              + "},\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":3}}");
    }

    /** The head of a streamed answer. */
    public Line events() throws IOException {
      return raw(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + chunk(
                  ": hello\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\","
                      + "\"content\":null},\"finish_reason\":null}]}\n\n"));
    }

    /** A piece of text, JSON-escaped already, in one event. */
    public Line delta(String text) throws IOException {
      return piece(event(text));
    }

    /** Any piece of the body. */
    public Line piece(String text) throws IOException {
      return raw(chunk(text));
    }

    public Line done() throws IOException {
      return raw(chunk("data: [DONE]\n\n") + "0\r\n\r\n");
    }

    /** The end of the body, with or without a word about it. */
    public Line end() throws IOException {
      return raw("0\r\n\r\n");
    }

    /** Says nothing more, until the other side closes the connection. */
    public void awaitLeaving() throws IOException {
      while (connection.getInputStream().read() >= 0) {
        // It has nothing to say.
      }
      scene.left.incrementAndGet();
    }
  }

  /** A piece of text as an event. */
  public static String event(String text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n";
  }
}
