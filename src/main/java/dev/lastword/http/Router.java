package dev.lastword.http;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.http.Route.Access;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.metering.Caller;
import dev.lastword.metering.Entry;
import dev.lastword.metering.Gate;
import dev.lastword.metering.Refusal;
import dev.lastword.telemetry.Telemetry;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2Exception;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes each request to its handler and gives every failure its answer: who may not gets 401 or
 * 403, what is wrong 400, what is broken 503. Thread-safe.
 */
final class Router {

  private static final System.Logger LOG = System.getLogger(Router.class.getName());

  private static final Route NOTHING = new Route("any", "none", Access.PUBLIC, Router::notFound);
  private static final Route PREFLIGHT =
      new Route("OPTIONS", "preflight", Access.PUBLIC, Exchange::noContent);

  /** A path and what may be done there, by method. */
  private record Place(String path, PathPattern pattern, SortedMap<String, Route> routes) {
    Place(String path) {
      this(path, new PathPattern(path), new TreeMap<>());
    }

    /** The route for a method: HEAD is answered as GET is, without the body. */
    Route route(String method) {
      Route route = routes.get(method.equals("HEAD") ? "GET" : method);
      return route == null
          ? new Route(
              "other",
              path,
              Access.PUBLIC,
              routes.values().iterator().next().dialect(),
              exchange -> notAllowed(exchange, allowed()))
          : route;
    }

    private Set<String> allowed() {
      Set<String> methods = new TreeSet<>(routes.keySet());
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      return methods;
    }
  }

  private final List<Place> places;

  /** Those whose path does not vary, by it. */
  private final Map<String, Place> fixed;

  private final Gate gate;
  private final TimeOrderedIds ids;
  private final Telemetry telemetry;

  Router(List<Route> routes, Gate gate, TimeOrderedIds ids, Telemetry telemetry) {
    Map<String, Place> byPath = new LinkedHashMap<>();
    for (Route route : routes) {
      byPath.computeIfAbsent(route.path(), Place::new).routes().put(route.method(), route);
    }
    this.places = List.copyOf(byPath.values());
    Map<String, Place> whole = new HashMap<>(byPath);
    whole.keySet().removeIf(path -> path.contains("{"));
    this.fixed = Map.copyOf(whole);
    this.gate = gate;
    this.ids = ids;
    this.telemetry = telemetry;
  }

  private static void notAllowed(Exchange exchange, Set<String> allowed) {
    String methods = String.join(", ", allowed);
    exchange.with(HeaderNames.ALLOW, methods);
    exchange.send(
        Problem.of(
            405, "method_not_allowed", "Method not allowed", "This path takes " + methods + "."));
  }

  private static void notFound(Exchange exchange) {
    exchange.refuse(new Refusal.NotFound("there is nothing at this path"));
  }

  void serve(ServerRequest request, ServerResponse response) {
    long begun = System.nanoTime();
    Exchange exchange = new Exchange(request, response, ids.next());
    Route route = NOTHING;
    WatchedConnection connection = WatchedConnection.of(request);
    try {
      connection.begin(request);
      route = route(exchange);
      exchange.speak(route.dialect());
      if (enter(route, exchange)) {
        route.handler().handle(exchange);
      }
    } catch (BadRequest e) {
      exchange.refuse(e.refusal());
    } catch (Exchange.TooLarge e) {
      exchange.send(Problem.tooLarge(route.dialect()));
    } catch (Exchange.UnsupportedMediaType e) {
      exchange.send(
          Problem.of(
              415,
              "unsupported_media_type",
              "Unsupported media type",
              "Content-Type must be application/json."));
    } catch (AccountsFailure | LedgerFailure e) {
      LOG.log(Level.ERROR, "request " + exchange.id() + ": " + route.path(), e);
      fail(
          exchange,
          new Refusal.Unavailable(
              "the database does not answer as it should; nothing was delivered"));
    } catch (HttpException | RequestException | CloseConnectionException | UncheckedIOException e) {
      // Of the connection, and Helidon's to handle.
      throw e;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "request " + exchange.id() + ": " + route.path(), e);
      fail(exchange, new Refusal.Mistake());
    } finally {
      telemetry.answered(
          route.method(), route.path(), response.status().code(), System.nanoTime() - begun);
      try {
        exchange.finish();
      } finally {
        connection.end();
      }
    }
    if (exchange.unreadable()) {
      throw connection.isOneAfterTheOther()
          ? new CloseConnectionException("what follows may be the rest of a body")
          : new CloseConnectionException(
              "the client need not send the rest",
              new Http2Exception(Http2ErrorCode.NO_ERROR, "the answer is complete"));
    }
  }

  private Route route(Exchange exchange) {
    if (exchange.isAllowedPreflight()) {
      return PREFLIGHT;
    }
    HttpPrologue prologue = exchange.request().prologue();
    String method = prologue.method().text();
    String rawPath = prologue.uriPath().rawPath();
    Place exactly = fixed.get(rawPath);
    if (exactly != null) {
      return exactly.route(method);
    }
    List<String> path = PathPattern.segments(rawPath);
    for (Place place : places) {
      Optional<Map<String, String>> parts = place.pattern().match(path);
      if (parts.isPresent()) {
        exchange.found(parts.get());
        return place.route(method);
      }
    }
    return NOTHING;
  }

  private static void fail(Exchange exchange, Refusal refusal) {
    if (exchange.begun()) {
      throw new CloseConnectionException("half an answer must not look like a whole one");
    }
    exchange.refuse(refusal);
  }

  private boolean enter(Route route, Exchange exchange) {
    if (route.access() == Access.PUBLIC || (route.access() == Access.LINK && exchange.isLinked())) {
      return true;
    }
    Entry entry =
        gate.enter(
            only(exchange, HeaderNames.AUTHORIZATION),
            only(exchange, Exchange.USER),
            !route.method().equals("GET"));
    return switch (entry) {
      case Entry.Welcome(Caller caller) -> {
        if (route.access() == Access.ADMIN && !caller.may(Permission.ADMIN)) {
          exchange.refuse(new Refusal.Forbidden("this needs the permission admin"));
          yield false;
        }
        exchange.enter(caller);
        yield true;
      }
      case Entry.Refused(Refusal.Unauthenticated refusal) -> {
        LOG.log(Level.INFO, "request " + exchange.id() + ": 401, " + refusal.reason());
        exchange.refuse(refusal);
        yield false;
      }
      case Entry.Refused(Refusal.NoAccount _) when route.path().equals("/user/stats") -> {
        exchange.refuse(new Refusal.NotFound("there is no account for this user"));
        yield false;
      }
      case Entry.Refused(Refusal refusal) -> {
        exchange.refuse(refusal);
        yield false;
      }
    };
  }

  private static @Nullable String only(Exchange exchange, io.helidon.http.HeaderName name) {
    List<String> values = exchange.headers(name);
    if (values.size() > 1) {
      throw BadRequest.field(name.defaultCase(), "is given more than once");
    }
    return Optional.of(values).filter(all -> !all.isEmpty()).map(List::getFirst).orElse(null);
  }
}
