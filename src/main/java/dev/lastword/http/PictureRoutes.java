package dev.lastword.http;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.http.Route.Access;
import dev.lastword.metering.Album;
import dev.lastword.metering.Refusal;
import dev.lastword.pictures.Picture;
import dev.lastword.pictures.PictureFormat;
import dev.lastword.pictures.Studio;
import io.helidon.http.HeaderNames;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /memes/{charge}.png}: a paid meme again, to its owner or whoever has a signed link.
 */
final class PictureRoutes {

  private static final String YEAR = "max-age=31536000, immutable";

  private final Album album;

  PictureRoutes(Album album) {
    this.album = album;
  }

  List<Route> routes() {
    return List.of(new Route("GET", "/memes/{picture}", Access.LINK, this::show));
  }

  /** Where the picture of a charge is, for its owner. */
  static String path(String chargeId, PictureFormat format) {
    return "/memes/" + chargeId + "." + format.extension();
  }

  /** Where it is for anybody. */
  static String path(String chargeId, PictureFormat format, String signature) {
    return path(chargeId, format) + "?" + Exchange.SIGNATURE + "=" + signature;
  }

  /** Names the bytes: the same charge, drawn by the same version, is the same picture. */
  static String tag(String chargeId, PictureFormat format) {
    return "\"" + Studio.VERSION + "-" + chargeId + "-" + format.extension() + "\"";
  }

  private void show(Exchange exchange) {
    String name = exchange.pathPart("picture");
    int dot = name.lastIndexOf('.');
    String id = name.substring(0, Math.max(dot, 0));
    Optional<PictureFormat> format = PictureFormat.ofExtension(name.substring(dot + 1));
    if (format.isEmpty() || !TimeOrderedIds.isValid(id)) {
      exchange.refuse(new Refusal.NotFound("there is no picture with this name"));
      return;
    }
    Optional<String> signature = exchange.parameter(Exchange.SIGNATURE);
    if (signature.isPresent()) {
      showLinked(exchange, id, format.get(), signature.get());
    } else {
      showOwn(exchange, id, format.get());
    }
  }

  private void showLinked(Exchange exchange, String id, PictureFormat format, String signature) {
    Optional<Long> incarnation = album.signedFor(id, signature);
    if (incarnation.isEmpty()) {
      exchange.refuse(new Refusal.NotFound("there is no picture at this link"));
      return;
    }
    mark(exchange, id, format, "public, " + YEAR);
    if (isKnown(exchange, tag(id, format))) {
      exchange.notModified();
      return;
    }
    Optional<Picture> remembered = album.remembered(id, format);
    if (remembered.isPresent()) {
      exchange.send(200, remembered.get());
      return;
    }
    send(exchange, album.receipt(incarnation.get(), id), format);
  }

  private void showOwn(Exchange exchange, String id, PictureFormat format) {
    Account account = exchange.caller().account();
    Optional<Receipt> receipt =
        account == null ? Optional.empty() : album.receipt(account.incarnation(), id);
    if (receipt.filter(Album::isKept).isPresent()) {
      mark(exchange, id, format, "private, " + YEAR);
      if (isKnown(exchange, tag(id, format))) {
        exchange.notModified();
        return;
      }
    }
    send(exchange, receipt, format);
  }

  private void send(Exchange exchange, Optional<Receipt> receipt, PictureFormat format) {
    if (receipt.isEmpty()) {
      refuse(exchange, new Refusal.NotFound("you have no meme with this charge"));
      return;
    }
    try {
      Optional<Picture> picture = album.show(receipt.get(), format);
      if (picture.isPresent()) {
        exchange.send(200, picture.get());
      } else {
        refuse(
            exchange,
            new Refusal.NotFound(
                "this meme was sold as text and without an Idempotency-Key, so its text was not"
                    + " kept"));
      }
    } catch (Studio.Busy e) {
      refuse(exchange, new Refusal.Unavailable(e.detail()));
    }
  }

  private static void mark(Exchange exchange, String id, PictureFormat format, String caching) {
    exchange
        .with(HeaderNames.ETAG, tag(id, format))
        .with(HeaderNames.CACHE_CONTROL, caching)
        .with(
            HeaderNames.CONTENT_DISPOSITION,
            "inline; filename=\"meme-" + id + "." + format.extension() + "\"");
  }

  /** A refusal is not to be kept in the picture's place. */
  private static void refuse(Exchange exchange, Refusal refusal) {
    exchange
        .without(HeaderNames.ETAG)
        .without(HeaderNames.CONTENT_DISPOSITION)
        .with(HeaderNames.CACHE_CONTROL, "no-store")
        .refuse(refusal);
  }

  /** Whether the client has these bytes already (RFC 9110, 13.1.2: the weak comparison). */
  private static boolean isKnown(Exchange exchange, String tag) {
    for (String known :
        String.join(",", exchange.headers(HeaderNames.IF_NONE_MATCH)).split(",", -1)) {
      String plain = known.strip();
      if (plain.equals("*") || plain.equals(tag) || plain.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}
