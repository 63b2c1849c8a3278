package dev.lastword.http;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.http.Route.Access;
import dev.lastword.metering.Album;
import dev.lastword.metering.Refusal;
import dev.lastword.pictures.PictureFormat;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The caller's own balances and receipts. */
final class ReceiptRoutes {

  private final Accounts accounts;
  private final Album album;

  ReceiptRoutes(Accounts accounts, Album album) {
    this.accounts = accounts;
    this.album = album;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/user/stats", Access.USER, this::stats),
        new Route("GET", "/v1/charges", Access.USER, this::list),
        new Route("GET", "/v1/charges.csv", Access.USER, this::csv),
        new Route("GET", "/v1/charges/{id}", Access.USER, this::one));
  }

  private void stats(Exchange exchange) {
    Account account = exchange.caller().account();
    if (account == null) {
      exchange.refuse(new Refusal.NotFound("an operator has no account"));
      return;
    }
    exchange.json(
        200,
        Json.object(generator -> {
          generator.writeStringProperty("user_id", account.id());
          UserRoutes.balances(generator, account);
        }));
  }

  private void one(Exchange exchange) {
    Account account = exchange.caller().account();
    Optional<Receipt> found =
        account == null
            ? Optional.empty()
            : accounts.receipt(account.incarnation(), exchange.pathPart("id"));
    if (found.isEmpty()) {
      exchange.refuse(new Refusal.NotFound("you have no charge with this id"));
      return;
    }
    exchange.json(200, Json.object(generator -> content(generator, found.get())));
  }

  private void list(Exchange exchange) {
    int limit = Pages.limit(exchange);
    Meter meter = meter(exchange);
    String cursor = exchange.cursor(TimeOrderedIds::isValid).orElse(null);
    Account account = exchange.caller().account();
    List<Receipt> receipts =
        account == null
            ? List.of()
            : accounts.receipts(account.incarnation(), meter, cursor, limit + 1);
    exchange.json(200, Pages.json("charges", receipts, limit, Receipt::id, this::content));
  }

  private static @Nullable Meter meter(Exchange exchange) {
    return exchange
        .parameter("meter")
        .map(word ->
            Meter.parse(word)
                .orElseThrow(() -> BadRequest.field("meter", "must be tokens or words")))
        .orElse(null);
  }

  private void content(JsonGenerator generator, Receipt receipt) {
    generator.writeStringProperty("id", receipt.id());
    generator.writeStringProperty("meter", receipt.meter().word());
    generator.writeStringProperty("product", receipt.product());
    generator.writeNumberProperty("amount", receipt.amount());
    generator.writeStringProperty(
        "outcome", receipt.outcome() == null ? null : receipt.outcome().word());
    generator.writeStringProperty("created_at", receipt.createdAt().toString());
    generator.writeStringProperty("closed_at", time(receipt.closedAt()));
    if (Album.isKept(receipt)) {
      album
          .signature(receipt.incarnation(), receipt.id())
          .ifPresent(signature ->
              generator.writeStringProperty(
                  "picture", PictureRoutes.path(receipt.id(), PictureFormat.PNG, signature)));
    }
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  /** All receipts, page by page, so that a long history takes no more memory than a short one. */
  private void csv(Exchange exchange) {
    Meter meter = meter(exchange);
    Account account = exchange.caller().account();
    exchange
        .with(HeaderNames.CONTENT_TYPE, "text/csv; charset=utf-8")
        .with(HeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"charges.csv\"");
    try (var output = exchange.output()) {
      output.write(
          "id,meter,product,amount,outcome,created_at,closed_at\r\n"
              .getBytes(StandardCharsets.UTF_8));
      String cursor = null;
      List<Receipt> page = List.of();
      do {
        page =
            account == null
                ? List.of()
                : accounts.receipts(account.incarnation(), meter, cursor, Pages.MAX_LIMIT);
        for (Receipt receipt : page) {
          output.write(line(receipt).getBytes(StandardCharsets.UTF_8));
          cursor = receipt.id();
        }
      } while (page.size() == Pages.MAX_LIMIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No value holds a comma, a quote or a line end. */
  private static String line(Receipt receipt) {
    String closedAt = time(receipt.closedAt());
    return String.join(
            ",",
            receipt.id(),
            receipt.meter().word(),
            receipt.product(),
            Long.toString(receipt.amount()),
            receipt.outcome() == null ? "" : receipt.outcome().word(),
            receipt.createdAt().toString(),
            closedAt == null ? "" : closedAt)
        + "\r\n";
  }
}
