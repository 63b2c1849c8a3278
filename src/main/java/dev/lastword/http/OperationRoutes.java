package dev.lastword.http;

import dev.lastword.http.Route.Access;
import dev.lastword.metering.Refusal;
import dev.lastword.telemetry.Telemetry;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What operators and their machines ask. */
final class OperationRoutes {

  private final Health health;
  private final Telemetry telemetry;
  private final Supplier<String> publicKeys;
  private final InstantSource clock;
  private final String openApi;

  OperationRoutes(
      Health health, Telemetry telemetry, Supplier<String> publicKeys, InstantSource clock) {
    this.health = health;
    this.telemetry = telemetry;
    this.publicKeys = publicKeys;
    this.clock = clock;
    this.openApi = resource("openapi.yaml");
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/health", Access.PUBLIC, this::whole),
        new Route("GET", "/health/live", Access.PUBLIC, e -> state(e, true)),
        new Route("GET", "/health/ready", Access.PUBLIC, e -> state(e, health.ready())),
        new Route("GET", "/metrics", Access.PUBLIC, this::metrics),
        new Route("GET", "/openapi.yaml", Access.PUBLIC, this::openApi),
        new Route("GET", "/.well-known/jwks.json", Access.PUBLIC, this::keys));
  }

  private void whole(Exchange exchange) {
    boolean database = health.database();
    Optional<Boolean> redis = health.redis();
    Optional<Boolean> queue = health.queue();
    boolean healthy = database && redis.orElse(true) && queue.orElse(true);
    String text =
        Json.object(generator -> {
          generator.writeStringProperty("status", word(healthy));
          generator.writeStringProperty("database", word(database));
          generator.writeStringProperty(
              "redis", redis.map(OperationRoutes::word).orElse("not used"));
          generator.writeStringProperty(
              "queue", queue.map(OperationRoutes::word).orElse("not used"));
          generator.writeStringProperty(
              "timestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        });
    exchange.with(HeaderNames.CACHE_CONTROL, "no-store");
    if (!healthy) {
      exchange.with(HeaderNames.RETRY_AFTER, "1");
    }
    exchange.json(healthy ? 200 : 503, text);
  }

  private static void state(Exchange exchange, boolean good) {
    exchange.with(HeaderNames.CACHE_CONTROL, "no-store");
    if (good) {
      exchange.json(200, "{\"status\":\"healthy\"}");
    } else {
      exchange.refuse(new Refusal.Unavailable("the server takes no requests now"));
    }
  }

  private static String word(boolean good) {
    return good ? "healthy" : "unhealthy";
  }

  private void metrics(Exchange exchange) {
    exchange.send(200, "text/plain; version=0.0.4; charset=utf-8", telemetry.scrape());
  }

  private void openApi(Exchange exchange) {
    exchange.send(200, "application/yaml", openApi);
  }

  private void keys(Exchange exchange) {
    exchange.with(HeaderNames.CACHE_CONTROL, "public, max-age=60");
    exchange.send(200, "application/jwk-set+json", publicKeys.get());
  }

  private static String resource(String name) {
    try (InputStream resource =
        Objects.requireNonNull(OperationRoutes.class.getResourceAsStream(name), name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + name, e);
    }
  }
}
