package dev.lastword.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the model is asked.
 *
 * @param messages one or more, in their order
 * @param wishes how it is to answer
 */
public record Question(List<Message> messages, Wishes wishes) {

  /** A part of a conversation: who speaks, and what is said. */
  public record Message(String role, String content) {}

  /**
   * How a model is to answer, as far as it can; null leaves it to the model.
   *
   * @param seed for the same answer again
   * @param maxTokens of the answer, as the model counts them; 1 or more
   * @param stop the answer ends before any of them; empty for none
   */
  public record Wishes(
      @Nullable Long seed,
      @Nullable Long maxTokens,
      List<String> stop,
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Double presencePenalty,
      @Nullable Double frequencyPenalty) {

    /** None but the seed. */
    public static Wishes seed(@Nullable Long seed) {
      return new Wishes(seed, null, List.of(), null, null, null, null);
    }
  }

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A question of ours.
   *
   * @param text from us and our user
   */
  public Question(String instructions, String text, @Nullable Long seed) {
    this(
        List.of(new Message("system", instructions), new Message("user", text)), Wishes.seed(seed));
  }

  /** The same with an answer of no more tokens than these. */
  public Question ofAtMost(long tokens) {
    Long wanted = wishes.maxTokens();
    return wanted != null && wanted <= tokens
        ? this
        : new Question(
            messages,
            new Wishes(
                wishes.seed(),
                tokens,
                wishes.stop(),
                wishes.temperature(),
                wishes.topP(),
                wishes.presencePenalty(),
                wishes.frequencyPenalty()));
  }

  byte[] body(String model, boolean streamed) {
    StringWriter body = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty("model", model);
      json.writeBooleanProperty("stream", streamed);
      json.writeArrayPropertyStart("messages");
      for (Message message : messages) {
        json.writeStartObject();
        json.writeStringProperty("role", message.role());
        json.writeStringProperty("content", message.content());
        json.writeEndObject();
      }
      json.writeEndArray();
      number(json, "seed", wishes.seed());
      number(json, "max_tokens", wishes.maxTokens());
      if (!wishes.stop().isEmpty()) {
        json.writeArrayPropertyStart("stop");
        wishes.stop().forEach(json::writeString);
        json.writeEndArray();
      }
      number(json, "temperature", wishes.temperature());
      number(json, "top_p", wishes.topP());
      number(json, "presence_penalty", wishes.presencePenalty());
      number(json, "frequency_penalty", wishes.frequencyPenalty());
      json.writeEndObject();
    }
    return body.toString().getBytes(UTF_8);
  }

  private static void number(JsonGenerator json, String name, @Nullable Long value) {
    if (value != null) {
      json.writeNumberProperty(name, value);
    }
  }

  private static void number(JsonGenerator json, String name, @Nullable Double value) {
    if (value != null) {
      json.writeNumberProperty(name, value);
    }
  }
}
