package dev.lastword.http;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Credit;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Ids;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import dev.lastword.http.Route.Access;
import dev.lastword.metering.Administration;
import dev.lastword.metering.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** User management, for callers with the permission {@code admin}. */
final class UserRoutes {

  private final Administration administration;
  private final long newUserWords;

  UserRoutes(Administration administration, long newUserWords) {
    this.administration = administration;
    this.newUserWords = newUserWords;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/users", Access.ADMIN, this::create),
        new Route("GET", "/users", Access.ADMIN, this::list),
        new Route("GET", "/users/{id}", Access.ADMIN, this::show),
        new Route("PUT", "/users/{id}/permissions", Access.ADMIN, this::setPermissions),
        new Route("PUT", "/users/{id}/status", Access.ADMIN, this::setStatus),
        new Route("POST", "/users/{id}/credits", Access.ADMIN, this::credit),
        new Route("PUT", "/users/{id}/tokens", Access.ADMIN, e -> set(e, Meter.TOKENS)),
        new Route("PUT", "/users/{id}/words", Access.ADMIN, e -> set(e, Meter.WORDS)),
        new Route("DELETE", "/users/{id}", Access.ADMIN, this::delete));
  }

  private void create(Exchange exchange) {
    Fields fields = exchange.requiredFields();
    String id = fields.text("user_id");
    if (!Ids.isValid(id)) {
      fields.errorUnlessNoted("user_id", Ids.RULE);
    }
    String email = fields.optionalText("email");
    if (email != null && (!Ids.isValid(email) || email.indexOf('@') < 1)) {
      fields.error("email", "must be an e-mail address of at most 255 characters");
    }
    Set<Permission> permissions = permissions(fields, fields.optionalTexts("permissions"));
    Long tokens = fields.optionalInteger("tokens", 0, administration.maximumBalance());
    Long words = fields.optionalInteger("words", 0, administration.maximumBalance());
    CallerKey key = callerKey(exchange, fields);
    fields.check();
    NewAccount account =
        new NewAccount(
            id,
            email,
            permissions,
            tokens == null ? 0 : tokens,
            words == null ? newUserWords : words);
    switch (administration.create(account, key)) {
      case Creation.Created(Account made) -> exchange.json(201, json(made));
      case Creation.AlreadyCreated(Account made) ->
          exchange.with(Exchange.REPLAYED, "true").json(201, json(made));
      case Creation.Exists _ ->
          exchange.refuse(new Refusal.Conflict("a user with this id exists already"));
      case Creation.KeyUsedOtherwise _ -> exchange.refuse(new Refusal.KeyReused());
    }
  }

  private static @Nullable CallerKey callerKey(Exchange exchange, Fields fields) {
    RequestKey key = exchange.key(fields);
    return key == null ? null : new CallerKey(exchange.caller().name(), key);
  }

  private static String id(Exchange exchange) {
    String id = exchange.pathPart("id");
    if (!Ids.isValid(id)) {
      throw BadRequest.field("id", Ids.RULE);
    }
    return id;
  }

  private void list(Exchange exchange) {
    int limit = Pages.limit(exchange);
    List<Account> accounts =
        administration.list(exchange.cursor(Ids::isValid).orElse(null), limit + 1);
    exchange.json(200, Pages.json("users", accounts, limit, Account::id, UserRoutes::content));
  }

  private void show(Exchange exchange) {
    answer(exchange, administration.find(id(exchange)));
  }

  private void setPermissions(Exchange exchange) {
    Fields fields = exchange.requiredFields();
    List<String> words = fields.optionalTexts("permissions");
    if (words == null) {
      fields.errorUnlessNoted("permissions", "is missing");
    }
    Set<Permission> permissions = permissions(fields, words);
    fields.check();
    answer(exchange, administration.setPermissions(id(exchange), permissions));
  }

  private static Set<Permission> permissions(Fields fields, @Nullable List<String> words) {
    List<String> wanted = words == null ? List.of() : words;
    if (!wanted.stream().allMatch(word -> Permission.parse(word).isPresent())) {
      fields.errorUnlessNoted("permissions", Permission.RULE);
    }
    Set<Permission> permissions = Permission.known(wanted);
    if (String.join(" ", Permission.words(permissions)).length() > Permission.MAX_CHARACTERS) {
      fields.errorUnlessNoted(
          "permissions", "must be at most " + Permission.MAX_CHARACTERS + " characters together");
    }
    return permissions;
  }

  private void setStatus(Exchange exchange) {
    Fields fields = exchange.requiredFields();
    Optional<Status> status = Status.parse(fields.text("status"));
    if (status.isEmpty()) {
      fields.errorUnlessNoted("status", "must be active or suspended");
    }
    fields.check();
    answer(exchange, administration.setStatus(id(exchange), status.orElseThrow()));
  }

  private void credit(Exchange exchange) {
    Fields fields = exchange.requiredFields();
    Optional<Meter> meter = Meter.parse(fields.text("meter"));
    if (meter.isEmpty()) {
      fields.errorUnlessNoted("meter", "must be tokens or words");
    }
    long amount = fields.integer("amount", 1, administration.maximumBalance());
    CallerKey key = callerKey(exchange, fields);
    if (key == null) {
      fields.errorUnlessNoted(Exchange.IDEMPOTENCY_KEY.defaultCase(), "is missing");
    }
    fields.check();
    switch (administration.credit(id(exchange), meter.orElseThrow(), amount, key)) {
      case Crediting.Credited(Credit credit) -> exchange.json(201, json(credit));
      case Crediting.AlreadyCredited(Credit credit) ->
          exchange.with(Exchange.REPLAYED, "true").json(201, json(credit));
      case Crediting.NoAccount _ -> exchange.refuse(nobody());
      case Crediting.TooMuch _ -> throw BadRequest.field("amount", tooMuch());
      case Crediting.KeyUsedOtherwise _ -> exchange.refuse(new Refusal.KeyReused());
    }
  }

  private void set(Exchange exchange, Meter meter) {
    Fields fields = exchange.requiredFields();
    long balance = fields.integer(meter.word(), 0, administration.maximumBalance());
    fields.check();
    switch (administration.set(id(exchange), meter, balance)) {
      case Administration.Setting.Set(Account account) -> exchange.json(200, json(account));
      case Administration.Setting.NoAccount _ -> exchange.refuse(nobody());
      case Administration.Setting.TooMuch _ -> throw BadRequest.field(meter.word(), tooMuch());
    }
  }

  private String tooMuch() {
    return "would make the total larger than " + administration.maximumBalance();
  }

  private void delete(Exchange exchange) {
    if (administration.delete(id(exchange))) {
      exchange.noContent();
    } else {
      exchange.refuse(nobody());
    }
  }

  private static void answer(Exchange exchange, Optional<Account> account) {
    account.ifPresentOrElse(
        found -> exchange.json(200, json(found)), () -> exchange.refuse(nobody()));
  }

  private static Refusal nobody() {
    return new Refusal.NotFound("there is no user with this id");
  }

  private static String json(Account account) {
    return Json.object(generator -> content(generator, account));
  }

  private static void content(JsonGenerator generator, Account account) {
    generator.writeStringProperty("user_id", account.id());
    if (account.email() != null) {
      generator.writeStringProperty("email", account.email());
    }
    generator.writeArrayPropertyStart("permissions");
    Permission.words(account.permissions()).forEach(generator::writeString);
    generator.writeEndArray();
    generator.writeStringProperty("status", account.status().word());
    balances(generator, account);
    generator.writeStringProperty("created_at", account.createdAt().toString());
  }

  static void balances(JsonGenerator generator, Account account) {
    generator.writeNumberProperty("words_left", account.words().left());
    generator.writeNumberProperty("total_words", account.words().credited());
    generator.writeNumberProperty("tokens_left", account.tokens().left());
    generator.writeNumberProperty("total_tokens", account.tokens().credited());
  }

  private static String json(Credit credit) {
    return Json.object(generator -> {
      generator.writeStringProperty("id", credit.id());
      generator.writeStringProperty("user_id", credit.accountId());
      generator.writeStringProperty("meter", credit.meter().word());
      generator.writeNumberProperty("amount", credit.amount());
      generator.writeNumberProperty("total", credit.totalCredited());
      generator.writeStringProperty("created_at", credit.createdAt().toString());
    });
  }
}
