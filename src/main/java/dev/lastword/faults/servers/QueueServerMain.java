package dev.lastword.faults.servers;

import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** ElasticMQ as a process, until its standard input ends. Prints its port. */
final class QueueServerMain {

  private QueueServerMain() {}

  public static void main(String[] arguments) throws Exception {
    var server = SQSRestServerBuilder.withDynamicPort().withInterface("127.0.0.1").start();
    System.out.println("PORT " + server.waitUntilStarted().localAddress().getPort());
    while (System.in.read() >= 0) {
      // Whoever started this still lives.
    }
    Runtime.getRuntime().halt(0);
  }
}
