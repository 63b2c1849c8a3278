package dev.lastword.settlement;

import dev.lastword.accounts.Balance;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The members of a JSON object, of which each is taken once and none may be left over. */
final class Members {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
          .build();

  private final Map<String, Object> left;

  private Members(Map<String, Object> left) {
    this.left = left;
  }

  static Members of(String text) throws Unreadable {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Unreadable("it is no JSON object");
      }
      Members members = object(parser);
      if (parser.nextToken() != null) {
        throw new Unreadable("something follows the object");
      }
      return members;
    } catch (JacksonException e) {
      throw new Unreadable("it is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Members object(JsonParser parser) throws Unreadable {
    Map<String, Object> members = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      members.put(name, value(parser, parser.nextToken()));
    }
    return new Members(members);
  }

  private static Object value(JsonParser parser, JsonToken token) throws Unreadable {
    return switch (token) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> values = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          values.add(value(parser, next));
        }
        yield values;
      }
      default -> throw new Unreadable("it holds a value of a kind that no member has");
    };
  }

  private <T> Optional<T> take(String name, Class<T> kind) throws Unreadable {
    Object value = left.remove(name);
    if (value != null && !kind.isInstance(value)) {
      throw new Unreadable(name + " is of another kind");
    }
    return Optional.ofNullable(kind.cast(value));
  }

  private static Unreadable missing(String name) {
    return new Unreadable(name + " is missing");
  }

  Optional<String> optional(String name) throws Unreadable {
    return take(name, String.class);
  }

  String text(String name) throws Unreadable {
    return optional(name).orElseThrow(() -> missing(name));
  }

  /** A whole number from 0 on. */
  long number(String name) throws Unreadable {
    long number = take(name, Long.class).orElseThrow(() -> missing(name));
    if (number < 0) {
      throw new Unreadable(name + " is negative");
    }
    return number;
  }

  /** Units. */
  long amount(String name) throws Unreadable {
    long amount = number(name);
    if (amount > Balance.MAXIMUM) {
      throw new Unreadable(name + " is more than there can be");
    }
    return amount;
  }

  Optional<Instant> time(String name) throws Unreadable {
    try {
      return optional(name).map(Instant::parse);
    } catch (DateTimeException e) {
      throw new Unreadable(name + " is no time", e);
    }
  }

  List<Members> objects(String name) throws Unreadable {
    List<Members> objects = new ArrayList<>();
    for (Object value : take(name, List.class).orElseThrow(() -> missing(name))) {
      if (!(value instanceof Members members)) {
        throw new Unreadable(name + " holds something that is no object");
      }
      objects.add(members);
    }
    return objects;
  }

  void end() throws Unreadable {
    if (!left.isEmpty()) {
      throw new Unreadable("it has members that are not known: " + left.keySet());
    }
  }
}
