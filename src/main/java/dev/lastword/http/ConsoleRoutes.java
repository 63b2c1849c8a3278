package dev.lastword.http;

import dev.lastword.http.Route.Access;
import dev.lastword.metering.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Two pages for people with a browser, the console and the description of this API, and the files
 * that they are made of. They hold no secret and are for anybody; what they show they ask the other
 * routes for, with the token that somebody typed in. Read when they are first asked for.
 * Thread-safe.
 */
final class ConsoleRoutes {

  /** By the last part of their path, each with its place in the console's folder. */
  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry("icon.svg", "icon.svg"),
          Map.entry("console.css", "console.css"),
          Map.entry("console.js", "console.js"),
          Map.entry("page.js", "page.js"),
          Map.entry("server.js", "server.js"),
          Map.entry("account.js", "account.js"),
          Map.entry("words.js", "words.js"),
          Map.entry("memes.js", "memes.js"),
          Map.entry("receipts.js", "receipts.js"),
          Map.entry("users.js", "users.js"),
          Map.entry("live.js", "live.js"),
          Map.entry("docs.css", "docs.css"),
          Map.entry("docs.js", "docs.js"),
          Map.entry("uplot.css", "uplot/uPlot.min.css"),
          Map.entry("uplot.js", "uplot/uPlot.iife.min.js"),
          Map.entry("swagger-ui.css", "swagger-ui/swagger-ui.css"),
          Map.entry("swagger-ui.js", "swagger-ui/swagger-ui-bundle.js"));

  /** Nothing but what this server has, and nothing written into the page itself. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' blob: data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  /** Nor may a text ever become markup or a script; the viewer of the description needs that. */
  private static final String CONSOLE_POLICY =
      POLICY + "; require-trusted-types-for 'script'; trusted-types 'none'";

  private static final HeaderName CONTENT_SECURITY_POLICY =
      HeaderNames.create("Content-Security-Policy");
  private static final HeaderName CONTENT_TYPE_OPTIONS =
      HeaderNames.create("X-Content-Type-Options");
  private static final HeaderName REFERRER_POLICY = HeaderNames.create("Referrer-Policy");
  private static final HeaderName OPENER_POLICY = HeaderNames.create("Cross-Origin-Opener-Policy");
  private static final HeaderName RESOURCE_POLICY =
      HeaderNames.create("Cross-Origin-Resource-Policy");

  private final ConcurrentHashMap<String, Asset> read = new ConcurrentHashMap<>();

  List<Route> routes() {
    return List.of(
        new Route("GET", "/", Access.PUBLIC, e -> send(e, "console.html", CONSOLE_POLICY)),
        new Route("GET", "/docs", Access.PUBLIC, e -> send(e, "docs.html", POLICY)),
        new Route("GET", "/console/{file}", Access.PUBLIC, this::file));
  }

  private void file(Exchange exchange) {
    String path = FILES.get(exchange.pathPart("file"));
    if (path == null) {
      exchange.refuse(new Refusal.NotFound("there is nothing at this path"));
    } else {
      send(exchange, path, POLICY);
    }
  }

  /**
   * A browser may keep it, but asks each time whether it changed: a new version is seen at once.
   */
  private void send(Exchange exchange, String path, String policy) {
    exchange
        .with(HeaderNames.CACHE_CONTROL, "no-cache")
        .with(CONTENT_SECURITY_POLICY, policy)
        .with(CONTENT_TYPE_OPTIONS, "nosniff")
        .with(REFERRER_POLICY, "no-referrer")
        .with(OPENER_POLICY, "same-origin")
        .with(RESOURCE_POLICY, "same-origin");
    asset(path).sendTo(exchange);
  }

  /** Two that ask first at once read it twice, and nobody waits. */
  private Asset asset(String path) {
    Asset known = read.get(path);
    if (known == null) {
      known = Asset.load(path);
      read.put(path, known);
    }
    return known;
  }
}
