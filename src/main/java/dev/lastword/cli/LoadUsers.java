package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.identity.OwnKey;
import dev.lastword.identity.TokenIssuer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** The accounts of one run, made for it and deleted after it, also when it is interrupted. */
final class LoadUsers implements AutoCloseable {

  /** More than any run spends, and less than the smallest store holds. */
  private static final long PLENTY = 1_000_000_000;

  private static final Duration TOKEN_LIFE = Duration.ofHours(24);

  private final ServerOption server;
  private final PrintWriter complaints;
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread whenInterrupted = new Thread(this::delete, "load-users");

  private LoadUsers(ServerOption server, PrintWriter complaints) {
    this.server = server;
    this.complaints = complaints;
  }

  /**
   * Creates them.
   *
   * @param run an id that no other run has
   */
  static LoadUsers create(ServerOption server, String run, int count, PrintWriter complaints)
      throws IOException, InterruptedException {
    TokenIssuer issuer = TokenCommand.issuer(withKey(server.data().configuration()));
    LoadUsers users = new LoadUsers(server, complaints);
    boolean created = false;
    Runtime.getRuntime().addShutdownHook(users.whenInterrupted);
    try (Client client = server.client()) {
      Map<String, String> operator = server.asOperator();
      for (int number = 1; number <= count; number++) {
        String id = "load-" + run + "-" + number;
        client.ask("POST", "/users", operator, UsersCommand.body(id, null, PLENTY, PLENTY, null));
        users.ids.add(id);
        users.tokens.add(issuer.issue(id, false, null, TOKEN_LIFE));
      }
      created = true;
      return users;
    } finally {
      if (!created) {
        users.close();
      }
    }
  }

  /** A key that is made here and now is not the server's. */
  private static Configuration withKey(Configuration configuration) {
    Path folder = configuration.data();
    if (configuration.identity().keys() instanceof Configuration.Keys.Own
        && !Files.exists(folder.resolve(OwnKey.FILE_NAME))) {
      throw new IllegalArgumentException(
          "load signs its users' tokens with the server's key, and "
              + folder
              + " has none: give it the server's data folder with --data");
    }
    return configuration;
  }

  /** A token for each. */
  List<String> tokens() {
    return List.copyOf(tokens);
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(whenInterrupted);
    } catch (IllegalStateException e) {
      // The end has begun, and the hook has found nothing to do.
    }
  }

  private void delete() {
    if (closed.getAndSet(true)) {
      return;
    }
    int deleted = 0;
    List<String> all = List.copyOf(ids);
    try (Client client = server.client()) {
      // Another token than the one they were created with, which may have expired.
      Map<String, String> operator = server.asOperator();
      for (String id : all) {
        client.ask("DELETE", "/users/" + id, operator, "");
        deleted++;
      }
    } catch (IOException | ClientFailure e) {
      complain(all.size() - deleted, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      complain(all.size() - deleted, e);
    }
  }

  private void complain(int count, Exception failure) {
    complaints.println("lastword: " + count + " load users were not deleted: " + failure);
  }
}
