/**
 * Real servers on free ports, started from what the build brings along: a Redis, a MariaDB, a
 * server of MongoDB's protocol and one of SQS's. The fault report and the tests harm them.
 */
@NullMarked
package dev.lastword.faults.servers;

import org.jspecify.annotations.NullMarked;
