package dev.lastword.http;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.RequestKey;
import dev.lastword.http.Route.Access;
import dev.lastword.metering.Album;
import dev.lastword.metering.Coordinates;
import dev.lastword.metering.Meme;
import dev.lastword.metering.MemeAnswer;
import dev.lastword.metering.MemeRequest;
import dev.lastword.metering.MemeSales;
import dev.lastword.metering.Refusal;
import dev.lastword.pictures.Picture;
import dev.lastword.pictures.PictureFormat;
import io.helidon.http.HeaderNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code POST /memes}: as JSON, or as a picture where the client prefers one. */
final class MemeRoutes {

  private static final int MAX_QUERY_CHARACTERS = 500;

  private static final String JSON = "application/json";
  private static final List<String> OFFERED =
      Stream.concat(
              Stream.of(JSON), Stream.of(PictureFormat.values()).map(PictureFormat::mediaType))
          .toList();

  private final MemeSales sales;
  private final Album album;

  MemeRoutes(MemeSales sales, Album album) {
    this.sales = sales;
    this.album = album;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/memes", Access.USER, this::sell),
        new Route("POST", "/v1/memes", Access.USER, this::sell));
  }

  private void sell(Exchange exchange) {
    Optional<String> wanted = Negotiation.choose(exchange.headers(HeaderNames.ACCEPT), OFFERED);
    if (wanted.isEmpty()) {
      exchange.refuse(new Refusal.NotAcceptable("memes come as " + String.join(", ", OFFERED)));
      return;
    }
    Fields fields = exchange.requiredFields();
    RequestKey key = exchange.key(fields);
    MemeRequest request = request(fields, format(wanted.get()));
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
        if (sold.picture() == null) {
          exchange.json(200, json(sold.meme()));
        } else {
          send(exchange, sold.chargeId(), sold.picture());
        }
      }
      case MemeAnswer.Refused(var refusal) -> exchange.refuse(refusal);
    }
  }

  /** Null for JSON. */
  private static @Nullable PictureFormat format(String mediaType) {
    return Stream.of(PictureFormat.values())
        .filter(format -> format.mediaType().equals(mediaType))
        .findFirst()
        .orElse(null);
  }

  private void send(Exchange exchange, String chargeId, Picture picture) {
    PictureFormat format = picture.format();
    Account account = exchange.caller().account();
    if (account != null) {
      album
          .signature(account.incarnation(), chargeId)
          .ifPresent(signature ->
              exchange.with(Exchange.PICTURE, PictureRoutes.path(chargeId, format, signature)));
    }
    exchange
        .with(HeaderNames.CONTENT_LOCATION, PictureRoutes.path(chargeId, format))
        .with(HeaderNames.ETAG, PictureRoutes.tag(chargeId, format))
        .send(200, picture);
  }

  private static MemeRequest request(Fields fields, @Nullable PictureFormat format) {
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
        query,
        latitude == null || longitude == null ? null : new Coordinates(latitude, longitude),
        format);
  }

  private static String json(Meme meme) {
    return Json.object(generator -> {
      generator.writeStringProperty("text", meme.text());
      generator.writeStringProperty("location", meme.location());
    });
  }
}
