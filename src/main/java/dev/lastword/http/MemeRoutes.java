package dev.lastword.http;

import dev.lastword.accounts.RequestKey;
import dev.lastword.http.Route.Access;
import dev.lastword.metering.Coordinates;
import dev.lastword.metering.Meme;
import dev.lastword.metering.MemeAnswer;
import dev.lastword.metering.MemeRequest;
import dev.lastword.metering.MemeSales;
import java.util.List;

/** {@code POST /memes}. */
final class MemeRoutes {

  private static final int MAX_QUERY_CHARACTERS = 500;

  private final MemeSales sales;

  MemeRoutes(MemeSales sales) {
    this.sales = sales;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/memes", Access.USER, this::sell),
        new Route("POST", "/v1/memes", Access.USER, this::sell));
  }

  private void sell(Exchange exchange) {
    Fields fields = exchange.requiredFields();
    RequestKey key = exchange.key(fields);
    MemeRequest request = request(fields);
    switch (sales.sell(exchange.caller(), request, key)) {
      case MemeAnswer.Sold sold -> {
        exchange
            .with(Exchange.CHARGE, sold.chargeId())
            .with(Exchange.CHARGED, Long.toString(sold.charged()))
            .with(Exchange.BALANCE, Long.toString(sold.balance()));
        if (sold.meme().model() != null) {
          exchange.with(Exchange.MODEL, sold.meme().model());
        }
        if (sold.replayed()) {
          exchange.with(Exchange.REPLAYED, "true");
        }
        exchange.json(200, json(sold.meme()));
      }
      case MemeAnswer.Refused(var refusal) -> exchange.refuse(refusal);
    }
  }

  private static MemeRequest request(Fields fields) {
    Double latitude = fields.optionalDecimal("lat", -90, 90);
    Double longitude = fields.optionalDecimal("lng", -180, 180);
    String query = fields.text("query");
    int length = query.codePointCount(0, query.length());
    if (query.isBlank()) {
      fields.errorUnlessNoted("query", "must not be blank");
    } else if (length > MAX_QUERY_CHARACTERS) {
      fields.error("query", "must be at most " + MAX_QUERY_CHARACTERS + " characters");
    }
    if (latitude == null && longitude != null) {
      fields.errorUnlessNoted("lat", "must come together with lng");
    }
    if (longitude == null && latitude != null) {
      fields.errorUnlessNoted("lng", "must come together with lat");
    }
    fields.check();
    return new MemeRequest(
        query, latitude == null || longitude == null ? null : new Coordinates(latitude, longitude));
  }

  private static String json(Meme meme) {
    return Json.object(generator -> {
      generator.writeStringProperty("text", meme.text());
      generator.writeStringProperty("location", meme.location());
    });
  }
}
