package dev.lastword.cli;

import dev.lastword.Configuration;
import dev.lastword.accounts.Audit;
import dev.lastword.store.mongo.MongoAccounts;
import dev.lastword.store.mongo.MongoAddress;
import dev.lastword.store.mysql.MysqlAccounts;
import dev.lastword.store.mysql.MysqlAddress;
import dev.lastword.store.sqlite.SqliteAccounts;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    description = {
      "Adds everything up: every unit credited, every unit spent, every receipt.",
      "Works beside a live server. Exit 1 if anything does not add up."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Mixin private DataOption data;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Configuration configuration = data.configuration();
    Audit audit =
        switch (configuration.store()) {
          case Configuration.Store.Embedded _ -> SqliteAccounts.auditOf(configuration.data());
          case Configuration.Store.Mysql(MysqlAddress address, _) -> MysqlAccounts.auditOf(address);
          case Configuration.Store.Mongo(MongoAddress address) -> MongoAccounts.auditOf(address);
        };
    PrintWriter out = spec.commandLine().getOut();
    audit.discrepancies().forEach(out::println);
    out.println(
        "accounts %d, receipts %d, discrepancies %d"
            .formatted(audit.accounts(), audit.receipts(), audit.discrepancies().size()));
    return audit.discrepancies().isEmpty() ? 0 : 1;
  }
}
