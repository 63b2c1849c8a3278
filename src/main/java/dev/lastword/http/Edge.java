package dev.lastword.http;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.metering.Administration;
import dev.lastword.metering.Album;
import dev.lastword.metering.FieldError;
import dev.lastword.metering.Gate;
import dev.lastword.metering.MemeSales;
import dev.lastword.metering.Models;
import dev.lastword.metering.Refusal;
import dev.lastword.metering.WordSales;
import dev.lastword.telemetry.Telemetry;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.cors.CorsFeature;
import io.helidon.webserver.cors.CorsPathConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP server: HTTP/1.1 and HTTP/2 on one port. */
public final class Edge implements AutoCloseable {

  static final int MAX_HEADER_BYTES = 16 * 1024;
  static final int MAX_LINE_BYTES = 8 * 1024;

  /** Requests at once over one HTTP/2 connection; who wants more opens another one. */
  private static final long MAX_STREAMS_A_CONNECTION = 1_000;

  /**
   * What the kernel may hold back for a client that does not read, before its stream waits: the
   * fewer bytes, the fewer words are paid for and not read.
   */
  private static final int SEND_BUFFER_BYTES = 16 * 1024;

  /** Helidon's words for it; it gives such requests the status of all that it cannot parse. */
  private static final String HEADERS_TOO_LARGE = "Header size exceeded";

  /** What gathers before a write: a stream writes words one by one, anything else whole. */
  private static final int WRITE_BUFFER_BYTES = 512;

  private static final int BACKLOG = 4_096;

  /** Certificate chain and private key, both PEM. */
  public record Certificate(Path chain, Path key) {}

  /**
   * Where and how to listen.
   *
   * @param port 0 for any free one
   */
  public record Listening(
      int port,
      Optional<Certificate> certificate,
      Set<String> corsOrigins,
      ConnectionLimits limits) {

    /** With the usual limits. */
    public Listening(int port, Optional<Certificate> certificate, Set<String> corsOrigins) {
      this(port, certificate, corsOrigins, ConnectionLimits.usual());
    }

    /** The same with so many descriptors left to something else. */
    public Listening leaving(int descriptors) {
      return new Listening(port, certificate, corsOrigins, limits.leaving(descriptors));
    }
  }

  /** What is served. */
  public record Served(
      MemeSales memes,
      Album album,
      WordSales words,
      Models models,
      Administration administration,
      Accounts accounts,
      Gate gate,
      Health health,
      Telemetry telemetry,
      Supplier<String> publicKeys) {}

  /** Numbers that the routes tell their clients. */
  public record Numbers(int rateLimit, Duration rateWindow, long newUserWords) {}

  private final WebServer server;
  private final Connections connections;

  private Edge(WebServer server, Connections connections) {
    this.server = server;
    this.connections = connections;
  }

  /** Listens and serves until closed. */
  public static Edge start(
      Listening listening,
      Served served,
      Numbers numbers,
      TimeOrderedIds ids,
      InstantSource clock) {
    HttpRouting.Builder routing = HttpRouting.builder();
    Router router =
        new Router(routes(served, numbers, clock), served.gate(), ids, served.telemetry());
    routing.any(router::serve);
    ConnectionLimits limits = listening.limits();
    ServerConnectionSelector http2 =
        Http2ConnectionSelector.builder().http2Config(http2(limits)).build();
    ServerConnectionSelector http1 = Http1ConnectionSelector.builder().config(http1()).build();
    Connections connections = new Connections(limits, System::nanoTime);
    served
        .telemetry()
        .gauge("lastword.connections", "Connections that are open", connections::count);
    WebServerConfig.Builder configuration =
        WebServer.builder()
            .port(listening.port())
            .shutdownHook(false)
            .protocolsDiscoverServices(false)
            .featuresDiscoverServices(false)
            .addConnectionSelector(new ProtocolSelector(http1, http2, connections))
            // Sockets and not channels: half the buffers a connection; and streams read and write
            // at
            // once, which Helidon's engine for TLS over channels does not promise.
            .useNio(false)
            .writeBufferSize(WRITE_BUFFER_BYTES)
            .maxPayloadSize(Dialect.OPENAI.maxBodyBytes())
            .backlog(BACKLOG)
            .connectionOptions(
                connections.admitting(
                    SocketOptions.builder()
                        .socketSendBufferSize(SEND_BUFFER_BYTES)
                        .tcpNoDelay(true)
                        .build()))
            // The handler below is told what was wrong; no message of Helidon's is sent.
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .directHandlers(problems(ids))
            .routing(routing);
    if (!listening.corsOrigins().isEmpty()) {
      configuration.addFeature(cors(listening.corsOrigins()));
    }
    listening.certificate().ifPresent(certificate -> configuration.tls(tls(certificate)));
    return new Edge(configuration.build().start(), connections);
  }

  static List<Route> routes(Served served, Numbers numbers, InstantSource clock) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new MemeRoutes(served.memes(), served.album()).routes());
    routes.addAll(new PictureRoutes(served.album()).routes());
    RateHeaders rate = new RateHeaders(numbers.rateLimit(), numbers.rateWindow());
    routes.addAll(new WordRoutes(served.words(), rate).routes());
    routes.addAll(new ChatRoutes(served.words(), served.models(), rate, clock).routes());
    routes.addAll(new ReceiptRoutes(served.accounts(), served.album()).routes());
    routes.addAll(new UserRoutes(served.administration(), numbers.newUserWords()).routes());
    routes.addAll(
        new OperationRoutes(served.health(), served.telemetry(), served.publicKeys(), clock)
            .routes());
    routes.addAll(new ConsoleRoutes().routes());
    return routes;
  }

  private static Http1Config http1() {
    return Http1Config.builder()
        .maxHeadersSize(MAX_HEADER_BYTES)
        .maxPrologueLength(MAX_LINE_BYTES)
        .sendKeepAliveHeader(false)
        // A body that was asked for comes. One that was not could come all the same, after an
        // answer, and would be taken for a request.
        .continueImmediately(true)
        .build();
  }

  private static Http2Config http2(ConnectionLimits limits) {
    return Http2Config.builder()
        .maxHeaderListSize(MAX_HEADER_BYTES)
        .maxConcurrentStreams(MAX_STREAMS_A_CONNECTION)
        .validatePath(false)
        .flowControlTimeout(limits.write())
        .build();
  }

  /** What Helidon itself refuses gets the same form as what we refuse. */
  private static DirectHandlers problems(TimeOrderedIds ids) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    DirectHandler handler =
        (request, type, status, headers, message) -> {
          Dialect dialect = Dialect.at(request.path());
          Problem problem = problem(status, message, dialect);
          if (problem.retryAfterSeconds() != null) {
            headers.set(HeaderNames.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
          }
          return DirectHandler.TransportResponse.builder()
              .status(Status.create(problem.status()))
              .headers(headers)
              .header(HeaderNames.CONTENT_TYPE, dialect.mediaType())
              .keepAlive(false)
              .entity(dialect.json(problem, ids.next()).getBytes(StandardCharsets.UTF_8))
              .build();
        };
    for (EventType type : EventType.values()) {
      handlers.addHandler(type, handler);
    }
    return handlers.build();
  }

  private static Problem problem(Status status, @Nullable String message, Dialect dialect) {
    if (HEADERS_TOO_LARGE.equals(message)) {
      return Problem.tooLarge(dialect);
    }
    return switch (status.code()) {
      case 413, 414, 431 -> Problem.tooLarge(dialect);
      case 500 -> Problem.internal();
      case 503 -> Problem.retry(503, "unavailable", "Unavailable", "Try again.", 1);
      default ->
          Problem.of(
              new Refusal.Invalid(List.of(new FieldError("request", "is not valid HTTP/1.1"))));
    };
  }

  private static CorsFeature cors(Set<String> origins) {
    return CorsFeature.create(cors ->
        cors.addPath(
            CorsPathConfig.builder()
                .pathPattern("/*")
                .allowOrigins(origins)
                .allowMethods(Set.of("GET", "HEAD", "POST", "PUT", "DELETE"))
                .allowHeaders(
                    Set.of("Authorization", "Content-Type", "Idempotency-Key", "X-User-Id"))
                .exposeHeaders(
                    Set.of(
                        "Lastword-Charge",
                        "Lastword-Charged",
                        "Lastword-Balance",
                        "Lastword-Model",
                        "Lastword-Picture",
                        "Idempotent-Replayed",
                        "RateLimit",
                        "RateLimit-Policy",
                        "Retry-After"))
                .maxAge(Duration.ofHours(1))
                .build()));
  }

  private static Tls tls(Certificate certificate) {
    Keys keys =
        Keys.builder()
            .pem(pem ->
                pem.key(Resource.create(certificate.key()))
                    .certChain(Resource.create(certificate.chain())))
            .build();
    return Tls.builder()
        .privateKey(keys.privateKey().orElseThrow())
        .privateKeyCertChain(keys.certChain())
        .build();
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
    connections.close();
  }
}
