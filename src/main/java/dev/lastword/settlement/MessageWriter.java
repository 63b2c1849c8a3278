package dev.lastword.settlement;

import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.io.StringWriter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** Writes the object of a message; see {@link MessageText}. */
final class MessageWriter {

  static final int VERSION = 1;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private MessageWriter() {}

  static String object(Message message) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeNumberProperty("v", VERSION);
      json.writeStringProperty("type", message.type());
      json.writeStringProperty("holder", message.holder());
      switch (message) {
        case Message.Settle(Settlement settlement, var ahead) -> {
          json.writeNumberProperty("epoch", settlement.epoch());
          snapshots(json, settlement.snapshots());
          receipts(json, settlement.receipts());
          keys(json, ahead);
        }
        case Message.Ahead(_, var receipts) -> receipts(json, receipts);
        case Message.Seal(_, long epoch) -> json.writeNumberProperty("epoch", epoch);
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void snapshots(JsonGenerator json, Collection<Snapshot> snapshots) {
    json.writeArrayPropertyStart("snapshots");
    for (Snapshot snapshot : snapshots) {
      json.writeStartObject();
      json.writeNumberProperty("account", snapshot.incarnation());
      json.writeStringProperty("meter", snapshot.meter().word());
      json.writeNumberProperty("spent", snapshot.spent());
      json.writeNumberProperty("version", snapshot.version());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void receipts(JsonGenerator json, Collection<Receipt> receipts) {
    json.writeArrayPropertyStart("receipts");
    for (Receipt receipt : receipts) {
      json.writeStartObject();
      json.writeStringProperty("id", receipt.id());
      json.writeNumberProperty("account", receipt.incarnation());
      json.writeStringProperty("node", receipt.holder());
      json.writeStringProperty("meter", receipt.meter().word());
      json.writeStringProperty("product", receipt.product());
      json.writeNumberProperty("amount", receipt.amount());
      optional(json, "outcome", receipt.outcome() == null ? null : receipt.outcome().word());
      json.writeStringProperty("created", receipt.createdAt().toString());
      optional(json, "closed", receipt.closedAt() == null ? null : receipt.closedAt().toString());
      json.writeNumberProperty("version", receipt.version());
      RequestKey key = receipt.key();
      optional(json, "key", key == null ? null : key.key());
      optional(json, "print", key == null ? null : key.fingerprint());
      optional(json, "result", receipt.result());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void keys(JsonGenerator json, Collection<ReceiptAhead.Key> ahead) {
    json.writeArrayPropertyStart("ahead");
    for (ReceiptAhead.Key key : ahead) {
      json.writeStartObject();
      json.writeStringProperty("id", key.receiptId());
      json.writeNumberProperty("version", key.version());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void optional(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }
}
