package dev.lastword.store.redis;

import java.util.List;
import org.luaj.vm2.Prototype;

/** The library on the server that the walks use. */
class SimulatedLibraryTest extends LibraryContract {

  private static final Prototype LIBRARY = LuaServer.compiled(LuaServer.source());
  private final LuaServer server =
      LuaServer.empty(LIBRARY, "abc", () -> System.currentTimeMillis() * 1000);

  @Override
  List<String> call(String function, List<String> keys, List<String> arguments) {
    return server.call(function, keys, arguments);
  }

  @Override
  void flushAll() {
    server.flushAll();
  }

  @Override
  long serverMillis() {
    return System.currentTimeMillis();
  }
}
