package dev.lastword.http;

import dev.lastword.accounts.AccountsFailure;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.http.Route.Access;
import dev.lastword.ledger.LedgerFailure;
import dev.lastword.limit.Admission;
import dev.lastword.metering.Audience;
import dev.lastword.metering.ChatRequest;
import dev.lastword.metering.Models;
import dev.lastword.metering.Refusal;
import dev.lastword.metering.StreamEnd;
import dev.lastword.metering.StreamStart;
import dev.lastword.metering.WordSales;
import dev.lastword.metering.WordStream;
import dev.lastword.upstream.Question;
import dev.lastword.upstream.Question.Message;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * The part of OpenAI's API that sells words: chats, completions and the list of models. What a
 * client asks for and cannot have is a 400 that names it.
 */
final class ChatRoutes {

  private static final System.Logger LOG = System.getLogger(ChatRoutes.class.getName());
  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
  private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
  private static final int MAX_STOPS = 4;
  private static final int MAX_STOP_CHARACTERS = 100;

  private final WordSales sales;
  private final Models models;
  private final RateHeaders rate;
  private final InstantSource clock;
  private final Instant started;

  ChatRoutes(WordSales sales, Models models, RateHeaders rate, InstantSource clock) {
    this.sales = sales;
    this.models = models;
    this.rate = rate;
    this.clock = clock;
    this.started = clock.instant();
  }

  List<Route> routes() {
    return Stream.of(
            route("POST", "/v1/chat/completions", exchange -> answer(exchange, true)),
            route("POST", "/v1/completions", exchange -> answer(exchange, false)),
            route("GET", "/v1/models", this::list),
            route("GET", "/v1/models/{model}", this::show))
        .toList();
  }

  private static Route route(String method, String path, Route.Handler handler) {
    return new Route(method, path, Access.USER, Dialect.OPENAI, handler);
  }

  private void list(Exchange exchange) {
    exchange.json(
        200,
        Json.object(generator -> {
          generator.writeStringProperty("object", "list");
          generator.writeArrayPropertyStart("data");
          for (String name : models.namesFor(exchange.caller())) {
            generator.writeStartObject();
            model(generator, name);
            generator.writeEndObject();
          }
          generator.writeEndArray();
        }));
  }

  private void show(Exchange exchange) {
    String name = exchange.pathPart("model");
    if (models.namesFor(exchange.caller()).contains(name)) {
      exchange.json(200, Json.object(generator -> model(generator, name)));
    } else {
      exchange.refuse(Models.unknown(name));
    }
  }

  private void model(JsonGenerator generator, String name) {
    generator.writeStringProperty("id", name);
    generator.writeStringProperty("object", "model");
    generator.writeNumberProperty("created", started.getEpochSecond());
    generator.writeStringProperty("owned_by", "lastword");
  }

  /** How an answer is to be sent. */
  private record Wanted(ChatRequest request, boolean chat, boolean usage) {}

  private void answer(Exchange exchange, boolean chat) {
    Fields fields = exchange.requiredFields();
    fields.dropNulls();
    RequestKey key = exchange.key(fields);
    Wanted wanted = wanted(fields, chat);
    switch (sales.chat(exchange.caller(), wanted.request(), key)) {
      case StreamStart.Started(WordStream stream, Admission admission) -> {
        rate.addAll(exchange, admission);
        Completion form = completion(wanted, stream.chargeId());
        if (wanted.request().whole()) {
          sendWhole(exchange, stream, form);
        } else {
          stream(exchange, stream, form);
        }
      }
      case StreamStart.Replayed(String chargeId, List<String> words, StreamEnd end) -> {
        exchange.with(Exchange.REPLAYED, "true");
        Completion form = completion(wanted, chargeId);
        if (wanted.request().whole()) {
          send(exchange, form, chargeId, String.join("", words), end);
        } else {
          WordRoutes.replay(new StreamWriter(exchange, chargeId, form), words, 0, end);
        }
      }
      case StreamStart.Joined(String chargeId, Audience.Seat seat) ->
          WordRoutes.join(
              exchange,
              seat,
              new StreamWriter(exchange, chargeId, completion(wanted, chargeId)),
              0);
      case StreamStart.Refused(var refusal, Admission admission) -> {
        rate.addAll(exchange, admission);
        exchange.refuse(refusal);
      }
    }
  }

  private Completion completion(Wanted wanted, String chargeId) {
    return new Completion(
        wanted.chat(), chargeId, wanted.request().model(), clock.instant(), wanted.usage());
  }

  private static void stream(Exchange exchange, WordStream stream, Completion form) {
    StreamWriter writer = WordRoutes.writer(exchange, stream, form);
    try {
      WordRoutes.run(exchange, stream, writer);
    } catch (LedgerFailure | AccountsFailure e) {
      if (!writer.hasBegun()) {
        throw e;
      }
      LOG.log(Level.ERROR, "request " + exchange.id() + ": in the middle of a stream", e);
      writer.finish(
          form.error(new Refusal.Unavailable("the database does not answer as it should")));
    }
  }

  private static void sendWhole(Exchange exchange, WordStream stream, Completion form) {
    Collector collector = Collector.of(exchange, stream);
    StreamEnd end;
    try {
      end = stream.run(collector);
    } finally {
      collector.close();
    }
    if (end.outcome() == Outcome.DISCONNECTED) {
      throw new CloseConnectionException("the client has left");
    }
    if (end.refusal() == null) {
      send(exchange, form, stream.chargeId(), collector.text(end.charged()), end);
    } else {
      exchange.refuse(end.refusal());
    }
  }

  private static void send(
      Exchange exchange, Completion form, String chargeId, String text, StreamEnd end) {
    exchange
        .with(Exchange.CHARGE, chargeId)
        .with(Exchange.CHARGED, Long.toString(end.charged()))
        .with(Exchange.BALANCE, Long.toString(end.balance()))
        .with(Exchange.OUTCOME, end.outcome().word())
        .with(HeaderNames.CACHE_CONTROL, "no-store")
        .json(200, form.whole(text, end));
  }

  private static Wanted wanted(Fields fields, boolean chat) {
    String model = fields.text("model");
    List<Message> messages =
        chat ? messages(fields) : List.of(new Message("user", fields.text("prompt")));
    boolean stream = fields.optionalFlag("stream", false);
    boolean usage = false;
    Fields options = fields.optionalObject("stream_options");
    if (options != null) {
      usage = options.optionalFlag("include_usage", false);
      if (!stream) {
        fields.error("stream_options", "goes with stream only");
      }
    }
    Long maxWords = fields.optionalInteger("max_tokens", 1, MAX_SAFE_INTEGER);
    if (chat) {
      Long newer = fields.optionalInteger("max_completion_tokens", 1, MAX_SAFE_INTEGER);
      maxWords = maxWords == null || (newer != null && newer < maxWords) ? newer : maxWords;
      Fields format = fields.optionalObject("response_format");
      if (format != null && !format.text("type").equals("text")) {
        format.errorUnlessNoted("type", "must be text");
      }
    }
    Long count = fields.optionalInteger("n", 1, MAX_SAFE_INTEGER);
    if (count != null && count > 1) {
      fields.error("n", "must be 1");
    }
    Question.Wishes wishes =
        new Question.Wishes(
            fields.optionalInteger("seed", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
            maxWords,
            stops(fields),
            fields.optionalDecimal("temperature", 0, 2),
            fields.optionalDecimal("top_p", 0, 1),
            fields.optionalDecimal("presence_penalty", -2, 2),
            fields.optionalDecimal("frequency_penalty", -2, 2));
    // Some clients say whom they act for; here the token does.
    fields.optionalText("user");
    fields.check();
    return new Wanted(
        new ChatRequest(model, new Question(messages, wishes), maxWords, !stream), chat, usage);
  }

  private static List<Message> messages(Fields fields) {
    List<Fields> all = fields.objects("messages");
    if (all.isEmpty()) {
      fields.errorUnlessNoted("messages", "must hold a message");
    }
    List<Message> messages = new ArrayList<>();
    for (Fields one : all) {
      String role = one.text("role");
      if (!ROLES.contains(role)) {
        one.errorUnlessNoted("role", "must be system, developer, user or assistant");
      }
      messages.add(new Message(role, content(one)));
    }
    return messages;
  }

  /** A text, or parts that are texts. */
  private static String content(Fields message) {
    if (!message.holdsArray("content")) {
      return message.text("content");
    }
    StringBuilder content = new StringBuilder();
    for (Fields part : message.objects("content")) {
      if (part.text("type").equals("text")) {
        content.append(part.text("text"));
      } else {
        part.errorUnlessNoted("type", "must be text");
      }
    }
    return content.toString();
  }

  private static List<String> stops(Fields fields) {
    List<String> stops = new ArrayList<>();
    if (fields.holdsArray("stop")) {
      List<String> several = fields.optionalTexts("stop");
      stops.addAll(several == null ? List.of() : several);
    } else {
      String one = fields.optionalText("stop");
      if (one != null) {
        stops.add(one);
      }
    }
    if (stops.size() > MAX_STOPS
        || stops.stream().anyMatch(one -> one.isEmpty() || one.length() > MAX_STOP_CHARACTERS)) {
      fields.errorUnlessNoted(
          "stop",
          "must be at most " + MAX_STOPS + " texts of 1 to " + MAX_STOP_CHARACTERS + " characters");
    }
    return stops;
  }
}
