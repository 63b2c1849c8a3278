package dev.lastword.simulation;

import dev.lastword.accounts.Accounts.CallerKey;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.Crediting;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Status;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.metering.Administration;
import dev.lastword.simulation.Breach.Kind;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Requests of operators, and housekeeping. */
final class Operator {

  private final Run run;
  private final Judge judge;
  private final Odds odds;
  private final Life life;
  private final Life.Served served;
  private final Administration administration;

  Operator(Run run, Life life, Life.Served served) {
    this.run = run;
    this.judge = run.judge;
    this.odds = run.odds;
    this.life = life;
    this.served = served;
    this.administration = served.administration();
  }

  /** One act. */
  void act() {
    String id = run.anyId();
    int chance = odds.below(100);
    if (chance < 30) {
      credit(id);
    } else if (chance < 45) {
      Set<Permission> permissions = odds.oneIn(2) ? Set.of() : Set.of(Permission.GENERATE_LLM_MEME);
      change(id, () -> administration.setPermissions(id, permissions).isPresent());
    } else if (chance < 60) {
      Status status = odds.oneIn(3) ? Status.SUSPENDED : Status.ACTIVE;
      change(id, () -> administration.setStatus(id, status).isPresent());
    } else if (chance < 66) {
      change(id, () -> administration.delete(id));
    } else if (chance < 78) {
      create(id);
    } else if (chance < 88) {
      lower(id);
    } else if (chance < 94) {
      life.accounts.redeliver();
    } else if (chance < 98) {
      served.ledger().forgetIdle();
      served.limiter().forgetIdle();
    } else {
      life.accounts.forgetKeysBefore(run.time.instant().minus(LocalLedger.KEY_LIFE));
    }
  }

  private void change(String id, BooleanSupplier act) {
    Task.Operate operate = new Task.Operate();
    life.task(operate);
    boolean done = act.getAsBoolean();
    life.alive();
    if (done && !life.frozen()) {
      judge.changed(id, Objects.requireNonNull(operate.after), life.memory);
    }
  }

  private @Nullable CallerKey key(String caller, String fingerprint) {
    return odds.oneIn(3)
        ? null
        : new CallerKey(caller, new RequestKey("key " + odds.below(odds.keys), fingerprint));
  }

  private static @Nullable String name(@Nullable CallerKey key) {
    return key == null ? null : Books.name(key) + key.request().fingerprint();
  }

  private void credit(String id) {
    Meter meter = odds.oneIn(2) ? Meter.TOKENS : Meter.WORDS;
    long amount = 1L + odds.below(5);
    CallerKey key = key("creditor", id + meter + amount);
    judge.wished(id, meter, amount, name(key));
    change(
        id,
        () -> {
          Crediting crediting = administration.credit(id, meter, amount, key);
          life.alive();
          run.note(life, crediting.toString());
          switch (crediting) {
            case Crediting.Credited(var credit) -> judge.credited(credit);
            case Crediting.AlreadyCredited(var credit) -> judge.credited(credit);
            case Crediting.NoAccount _, Crediting.KeyUsedOtherwise _ -> {}
            case Crediting.TooMuch _ -> judge.accuse(Kind.UNTRUE, crediting.toString());
          }
          return true;
        });
  }

  private void create(String id) {
    NewAccount wanted = run.newAccount(id);
    CallerKey key = key("creator", wanted.toString());
    judge.wished(id, Meter.TOKENS, wanted.tokens(), name(key));
    judge.wished(id, Meter.WORDS, wanted.words(), name(key));
    life.task(new Task.Nothing());
    Creation creation = administration.create(wanted, key);
    life.alive();
    if (creation instanceof Creation.Created(var account)
        && !run.disk.books.accounts.containsKey(account.incarnation())) {
      judge.accuse(Kind.LOST, "created " + account);
    }
  }

  private void lower(String id) {
    Meter meter = odds.oneIn(2) ? Meter.TOKENS : Meter.WORDS;
    Task.Lower lower = new Task.Lower(id, meter, odds.below(6));
    life.task(lower);
    Optional<Long> missing = served.ledger().lowerTo(id, meter, lower.target);
    life.alive();
    if (life.frozen()) {
      return;
    }
    if (!missing.equals(Optional.ofNullable(lower.missing))) {
      judge.accuse(Kind.UNTRUE, "missing " + missing + ", and not " + lower.missing);
    }
    if (lower.taken > 0) {
      judge.lowered(lower.incarnation, meter, lower.taken);
    } else if (lower.missing != null) {
      judge.missing(lower.incarnation, meter, lower.version);
    }
  }
}
