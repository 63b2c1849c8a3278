package dev.lastword.http;

import dev.lastword.accounts.Outcome;
import dev.lastword.metering.Refusal;
import dev.lastword.metering.StreamEnd;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** One answer as OpenAI's API has it, whole or in events: of a chat, or of the older kind. */
final class Completion implements WordForm {

  private static final String DONE = "data: [DONE]\n\n";

  private final boolean chat;
  private final String id;
  private final String chargeId;
  private final String model;
  private final long created;
  private final boolean usage;
  private final String eventHead;

  /**
   * An answer that is about to begin.
   *
   * @param chat whether it is one of a chat
   * @param usage whether a last event says how many words there were
   */
  Completion(boolean chat, String chargeId, String model, Instant created, boolean usage) {
    this.chat = chat;
    this.id = (chat ? "chatcmpl-" : "cmpl-") + chargeId;
    this.chargeId = chargeId;
    this.model = model;
    this.created = created.getEpochSecond();
    this.usage = usage;
    this.eventHead =
        "data: {\"id\":\""
            + id
            + "\",\"object\":\""
            + (chat ? "chat.completion.chunk" : "text_completion")
            + "\",\"created\":"
            + this.created
            + ",\"model\":"
            + Json.string(model)
            + ",\"choices\":[";
  }

  @Override
  public String mediaType() {
    return "text/event-stream";
  }

  @Override
  public String word(long number, String word) {
    String text = Json.string(word);
    String event =
        chat
            ? choice("\"delta\":{\"content\":" + text + "}", "null", "")
            : choice("\"text\":" + text, "null", "");
    return number == 1 ? opening() + event : event;
  }

  private String opening() {
    return chat ? choice("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}", "null", "") : "";
  }

  private String choice(String said, String finish, String more) {
    return event(
        "{\"index\":0," + said + ",\"logprobs\":null,\"finish_reason\":" + finish + "}",
        (usage ? ",\"usage\":null" : "") + more);
  }

  private String event(String choices, String more) {
    return eventHead + choices + "]" + more + "}\n\n";
  }

  @Override
  public String end(StreamEnd end) {
    String opening = end.words() == 0 ? opening() : "";
    if (end.outcome() == Outcome.FAILED) {
      return opening
          + error(
              new Refusal.GenerationFailed(
                  "the model failed in the middle; what it said until then was charged"));
    }
    String last =
        choice(
            chat ? "\"delta\":{}" : "\"text\":\"\"",
            "\"" + finish(end) + "\"",
            ",\"lastword\":" + Json.object(generator -> charge(generator, end)));
    String used =
        usage ? event("", ",\"usage\":" + Json.object(generator -> usage(generator, end))) : "";
    return opening + last + used + DONE;
  }

  /** An error after which nothing comes. */
  String error(Refusal refusal) {
    return "data: " + Dialect.OPENAI.json(Problem.of(refusal), chargeId) + "\n\n";
  }

  /** All of it. */
  String whole(String text, StreamEnd end) {
    return Json.object(generator -> {
      generator.writeStringProperty("id", id);
      generator.writeStringProperty("object", chat ? "chat.completion" : "text_completion");
      generator.writeNumberProperty("created", created);
      generator.writeStringProperty("model", model);
      generator.writeArrayPropertyStart("choices");
      generator.writeStartObject();
      generator.writeNumberProperty("index", 0);
      if (chat) {
        generator.writeObjectPropertyStart("message");
        generator.writeStringProperty("role", "assistant");
        generator.writeStringProperty("content", text);
        generator.writeNullProperty("refusal");
        generator.writeEndObject();
      } else {
        generator.writeStringProperty("text", text);
      }
      generator.writeNullProperty("logprobs");
      generator.writeStringProperty("finish_reason", finish(end));
      generator.writeEndObject();
      generator.writeEndArray();
      generator.writeObjectPropertyStart("usage");
      usage(generator, end);
      generator.writeEndObject();
      generator.writeObjectPropertyStart("lastword");
      charge(generator, end);
      generator.writeEndObject();
    });
  }

  private static String finish(StreamEnd end) {
    return end.cut() ? "length" : "stop";
  }

  /** What was asked costs nothing. */
  private static void usage(JsonGenerator generator, StreamEnd end) {
    generator.writeNumberProperty("prompt_tokens", 0);
    generator.writeNumberProperty("completion_tokens", end.charged());
    generator.writeNumberProperty("total_tokens", end.charged());
  }

  private void charge(JsonGenerator generator, StreamEnd end) {
    generator.writeStringProperty("charge", chargeId);
    generator.writeNumberProperty("charged", end.charged());
    generator.writeNumberProperty("balance", end.balance());
    generator.writeStringProperty("outcome", end.outcome().word());
  }
}
