package dev.lastword.store.redis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.OneArgFunction;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JsePlatform;

/** A Redis master in memory that runs the real library of functions, as far as the library goes. */
final class LuaServer {

  private final Map<String, Object> data;
  private final Map<String, LuaValue> functions = new HashMap<>();
  private final LongSupplier micros;

  /** Its term as master: {@code master_replid}. */
  final String life;

  private LuaServer(Prototype library, String life, Map<String, Object> data, LongSupplier micros) {
    this.data = data;
    this.life = life;
    this.micros = micros;
    Globals globals = JsePlatform.standardGlobals();
    globals.set("unpack", globals.get("table").get("unpack"));
    globals.get("string").set("format", new Format());
    LuaTable redis = new LuaTable();
    redis.set("call", new Command());
    redis.set(
        "register_function",
        new OneArgFunction() {
          @Override
          public LuaValue call(LuaValue definition) {
            functions.put(definition.get("function_name").tojstring(), definition.get("callback"));
            return NIL;
          }
        });
    globals.set("redis", redis);
    new LuaClosure(library, globals).call();
  }

  /** The library as it is in the program. */
  static String source() {
    try (InputStream in = RedisLedger.class.getResourceAsStream("lastword.lua")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Prototype compiled(String source) {
    String script = source.replaceFirst("#!lua name=\\S+", "");
    try {
      return LuaC.instance.compile(
          new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)), "lastword");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LuaServer empty(Prototype library, String life, LongSupplier micros) {
    return new LuaServer(library, life, new HashMap<>(), micros);
  }

  /** A new master with a copy of this data. */
  LuaServer successor(Prototype library, String newLife) {
    return new LuaServer(library, newLife, copy(data), micros);
  }

  /** A master that has forgotten everything. */
  void flushAll() {
    data.clear();
  }

  /** One atomic call. */
  List<String> call(String function, List<String> keys, List<String> arguments) {
    LuaValue callback = functions.get("lastword2_" + function);
    if (callback == null) {
      throw new IllegalStateException("no function " + function);
    }
    LuaValue answer = callback.call(table(keys), table(arguments));
    List<String> said = new ArrayList<>();
    for (int i = 1; i <= answer.length(); i++) {
      said.add(answer.get(i).tojstring());
    }
    return said;
  }

  private static LuaTable table(List<String> values) {
    LuaTable table = new LuaTable();
    for (int i = 0; i < values.size(); i++) {
      table.set(i + 1, LuaValue.valueOf(values.get(i)));
    }
    return table;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> copy(Map<String, Object> data) {
    Map<String, Object> copy = new HashMap<>();
    data.forEach((key, value) ->
        copy.put(
            key,
            switch (value) {
              case Map<?, ?> map -> new LinkedHashMap<>(map);
              case Set<?> set -> new LinkedHashSet<>(set);
              case Deque<?> list -> new ArrayDeque<>(list);
              default -> value;
            }));
    return copy;
  }

  private static final class Format extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs arguments) {
      if (!arguments.checkjstring(1).equals("%.0f")) {
        throw new IllegalStateException("only whole numbers");
      }
      return valueOf(new BigDecimal(arguments.checkdouble(2)).toPlainString());
    }
  }

  private final class Command extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs given) {
      List<String> words = new ArrayList<>();
      for (int i = 1; i <= given.narg(); i++) {
        words.add(given.arg(i).tojstring());
      }
      return run(words.getFirst(), words.subList(1, words.size()));
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, String> hash(String key) {
    return (Map<String, String>) data.computeIfAbsent(key, _ -> new LinkedHashMap<>());
  }

  @SuppressWarnings("unchecked")
  private Set<String> set(String key) {
    return (Set<String>) data.computeIfAbsent(key, _ -> new LinkedHashSet<>());
  }

  @SuppressWarnings("unchecked")
  private Deque<String> list(String key) {
    return (Deque<String>) data.computeIfAbsent(key, _ -> new ArrayDeque<>());
  }

  private static LuaValue text(String value) {
    return value == null ? LuaValue.FALSE : LuaValue.valueOf(value);
  }

  private static LuaValue number(long value) {
    return LuaValue.valueOf((double) value);
  }

  private LuaValue run(String command, List<String> words) {
    String key = words.isEmpty() ? "" : words.getFirst();
    List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
    return switch (command) {
      case "INFO" -> LuaValue.valueOf("role:master\r\nmaster_replid:" + life + "\r\n");
      case "TIME" -> {
        long now = micros.getAsLong();
        yield table(List.of(Long.toString(now / 1_000_000), Long.toString(now % 1_000_000)));
      }
      case "HGET" -> text(hash(key).get(rest.getFirst()));
      case "HMGET" -> {
        LuaTable all = new LuaTable();
        for (int i = 0; i < rest.size(); i++) {
          all.set(i + 1, text(hash(key).get(rest.get(i))));
        }
        yield all;
      }
      case "HSET" -> {
        for (int i = 0; i < rest.size(); i += 2) {
          hash(key).put(rest.get(i), rest.get(i + 1));
        }
        yield number(0);
      }
      case "HDEL" -> {
        rest.forEach(hash(key)::remove);
        yield number(0);
      }
      case "HLEN" -> number(hash(key).size());
      case "HKEYS" -> table(List.copyOf(hash(key).keySet()));
      case "HINCRBY" -> {
        String sum =
            hash(key)
                .merge(
                    rest.getFirst(),
                    rest.get(1),
                    (one, other) -> Long.toString(Long.parseLong(one) + Long.parseLong(other)));
        yield number(Long.parseLong(sum));
      }
      case "SADD" -> {
        set(key).addAll(rest);
        yield number(0);
      }
      case "SREM" -> {
        rest.forEach(set(key)::remove);
        yield number(0);
      }
      case "SCARD" -> number(set(key).size());
      case "SISMEMBER" -> number(set(key).contains(rest.getFirst()) ? 1 : 0);
      case "SMEMBERS" -> table(List.copyOf(set(key)));
      case "ZADD" -> {
        boolean onlyLower = rest.getFirst().equals("LT");
        String score = rest.get(onlyLower ? 1 : 0);
        hash(key)
            .merge(
                rest.get(onlyLower ? 2 : 1),
                score,
                (old, _) -> onlyLower && Long.parseLong(old) < Long.parseLong(score) ? old : score);
        yield number(0);
      }
      case "ZREM" -> {
        hash(key).remove(rest.getFirst());
        yield number(0);
      }
      case "ZRANGEBYSCORE" -> {
        long most = Long.parseLong(rest.get(1));
        yield table(
            hash(key).entrySet().stream()
                .filter(entry -> Long.parseLong(entry.getValue()) <= most)
                .sorted(Comparator.comparingLong(entry -> Long.parseLong(entry.getValue())))
                .limit(Long.parseLong(rest.get(4)))
                .map(Map.Entry::getKey)
                .toList());
      }
      case "GET" -> text((String) data.get(key));
      case "SET" -> {
        data.put(key, rest.getFirst());
        yield LuaValue.TRUE;
      }
      case "DEL" -> {
        words.forEach(data::remove);
        yield number(0);
      }
      case "LINDEX" -> {
        Deque<String> list = list(key);
        yield text(rest.getFirst().equals("0") ? list.peekFirst() : list.peekLast());
      }
      case "LPUSH" -> {
        list(key).addFirst(rest.getFirst());
        yield number(0);
      }
      case "RPOP" -> text(list(key).pollLast());
      case "LLEN" -> number(list(key).size());
      case "PEXPIRE" -> number(1);
      default -> throw new IllegalStateException("this server has no " + command);
    };
  }
}
