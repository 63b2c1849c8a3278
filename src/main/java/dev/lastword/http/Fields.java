package dev.lastword.http;

import dev.lastword.metering.FieldError;
import dev.lastword.metering.Refusal;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of a request's JSON object, read strictly: UTF-8, one object, no member twice, none
 * unknown. Each reader notes what is wrong and goes on, so that {@link #check} names every bad
 * field at once. Used by one thread.
 */
final class Fields {

  private static final int MAX_DEPTH = 5;
  private static final int MAX_NUMBER_CHARACTERS = 64;
  private static final String BODY = "body";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_CHARACTERS)
                  .build())
          .build();

  /** A JSON null: a member that is there and says nothing. */
  private enum Null {
    NULL
  }

  private final Map<String, Object> members;
  private final String prefix;
  private final List<FieldError> errors;
  private final List<Fields> inner = new ArrayList<>();

  private Fields(Map<String, Object> members, String prefix, List<FieldError> errors) {
    this.members = members;
    this.prefix = prefix;
    this.errors = errors;
  }

  private Fields(Map<String, Object> members) {
    this(members, "", new ArrayList<>());
  }

  /**
   * Parses a body; an empty one has no members.
   *
   * @throws BadRequest if it is no JSON object
   */
  static Fields of(byte[] body) {
    if (body.length == 0) {
      return new Fields(new LinkedHashMap<>());
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw BadRequest.field(BODY, "is not valid UTF-8");
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new Fields(parse(parser));
    }
  }

  private static Map<String, Object> parse(JsonParser parser) {
    String field = BODY;
    try {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw BadRequest.field(BODY, "must be a JSON object");
      }
      Map<String, Object> members = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        field = parser.currentName();
        parser.nextToken();
        members.put(field, value(parser));
        field = BODY;
      }
      if (parser.nextToken() != null) {
        throw BadRequest.field(BODY, "must be one JSON object and nothing more");
      }
      return members;
    } catch (NumberFormatException | ArithmeticException e) {
      throw BadRequest.field(field, "is not a number that can be read");
    } catch (StreamConstraintsException e) {
      throw BadRequest.field(field, "is nested deeper, or longer, than any field may be");
    } catch (StreamReadException e) {
      String message = e.getOriginalMessage();
      throw message.startsWith("Duplicate")
          ? BadRequest.field(duplicated(message, field), "appears twice")
          : BadRequest.field(field, "is not valid JSON, near column " + column(e));
    }
  }

  private static int column(StreamReadException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
  }

  /** The parser says which member it is between quotes. */
  private static String duplicated(String message, String otherwise) {
    int from = message.indexOf('"');
    int to = message.lastIndexOf('"');
    return from < to ? message.substring(from + 1, to) : otherwise;
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Null.NULL;
      case START_ARRAY -> array(parser);
      case START_OBJECT -> object(parser);
      default -> throw BadRequest.field(BODY, "is not valid JSON");
    };
  }

  private static List<Object> array(JsonParser parser) {
    List<Object> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(parser));
    }
    return values;
  }

  private static Map<String, Object> object(JsonParser parser) {
    Map<String, Object> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      values.put(name, value(parser));
    }
    return values;
  }

  void error(String field, String message) {
    errors.add(new FieldError(prefix + field, message));
  }

  /** Notes an error, unless the field has one already. */
  void errorUnlessNoted(String field, String message) {
    if (errors.stream().noneMatch(error -> error.field().equals(prefix + field))) {
      error(field, message);
    }
  }

  /** Passes over every member that is null, here and in what this object holds. */
  void dropNulls() {
    dropNulls(members.values());
  }

  private static void dropNulls(Collection<?> values) {
    values.removeIf(value -> value == Null.NULL);
    for (Object value : values) {
      if (value instanceof Map<?, ?> object) {
        dropNulls(object.values());
      } else if (value instanceof List<?> list) {
        list.stream()
            .filter(Map.class::isInstance)
            .forEach(one -> dropNulls(((Map<?, ?>) one).values()));
      }
    }
  }

  /** Takes a member out; null is as good as absent only where the field may be absent. */
  private @Nullable Object take(String field) {
    return members.remove(field);
  }

  private @Nullable Object takeOptional(String field) {
    Object value = take(field);
    return value == Null.NULL ? null : value;
  }

  @Nullable String optionalText(String field) {
    return text(field, takeOptional(field));
  }

  /** The text, or an empty one with an error noted. */
  String text(String field) {
    Object value = take(field);
    if (value == null) {
      error(field, "is missing");
      return "";
    }
    String text = text(field, value);
    return text == null ? "" : text;
  }

  private @Nullable String text(String field, @Nullable Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    error(field, "must be a string");
    return null;
  }

  @Nullable Double optionalDecimal(String field, double minimum, double maximum) {
    Object value = takeOptional(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof BigDecimal number)) {
      error(field, "must be a number");
      return null;
    }
    double decimal = number.doubleValue();
    if (!(decimal >= minimum && decimal <= maximum)) {
      error(field, "must be between " + shortly(minimum) + " and " + shortly(maximum));
      return null;
    }
    return decimal;
  }

  private static String shortly(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }

  @Nullable Long optionalInteger(String field, long minimum, long maximum) {
    Object value = takeOptional(field);
    return value == null ? null : integer(field, value, minimum, maximum);
  }

  /** The number, or the minimum with an error noted. */
  long integer(String field, long minimum, long maximum) {
    Object value = take(field);
    if (value == null) {
      error(field, "is missing");
      return minimum;
    }
    Long integer = integer(field, value, minimum, maximum);
    return integer == null ? minimum : integer;
  }

  private @Nullable Long integer(String field, Object value, long minimum, long maximum) {
    if (!(value instanceof BigDecimal number) || number.stripTrailingZeros().scale() > 0) {
      error(field, "must be a whole number");
      return null;
    }
    if (number.compareTo(BigDecimal.valueOf(minimum)) < 0
        || number.compareTo(BigDecimal.valueOf(maximum)) > 0) {
      error(field, "must be between " + minimum + " and " + maximum);
      return null;
    }
    return number.longValueExact();
  }

  /** The strings of an array; null if the field is absent. */
  @Nullable List<String> optionalTexts(String field) {
    Object value = takeOptional(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> list)) {
      error(field, "must be an array of strings");
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Object one : list) {
      if (one instanceof String text) {
        texts.add(text);
      } else {
        error(field, "must be an array of strings");
        return null;
      }
    }
    return texts;
  }

  boolean optionalFlag(String field, boolean otherwise) {
    Object value = takeOptional(field);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof Boolean flag)) {
      error(field, "must be true or false");
      return otherwise;
    }
    return flag;
  }

  /** Whether a member is an array; it stays where it is. */
  boolean holdsArray(String field) {
    return members.get(field) instanceof List<?>;
  }

  /** The members of an object; null if the field is absent. */
  @Nullable Fields optionalObject(String field) {
    Object value = takeOptional(field);
    return value == null ? null : object(field, value);
  }

  /** The objects of an array; none, with an error noted, if there is no such array. */
  List<Fields> objects(String field) {
    Object value = take(field);
    if (value == null) {
      error(field, "is missing");
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      error(field, "must be an array of objects");
      return List.of();
    }
    List<Fields> objects = new ArrayList<>();
    for (int index = 0; index < list.size(); index++) {
      Fields object = object(field + "[" + index + "]", list.get(index));
      if (object != null) {
        objects.add(object);
      }
    }
    return objects;
  }

  private @Nullable Fields object(String field, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      error(field, "must be an object");
      return null;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((name, member) -> object.put((String) name, member));
    Fields one = new Fields(object, prefix + field + ".", errors);
    inner.add(one);
    return one;
  }

  /**
   * To be called when every known field was read.
   *
   * @throws BadRequest naming every field that is wrong or unknown
   */
  void check() {
    noteUnknown();
    if (!errors.isEmpty()) {
      throw new BadRequest(new Refusal.Invalid(List.copyOf(errors)));
    }
  }

  private void noteUnknown() {
    for (String unknown : members.keySet()) {
      error(shortened(unknown), "is not a field of this request");
    }
    inner.forEach(Fields::noteUnknown);
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100);
  }
}
