/** The system of record in MySQL 8 or MariaDB, for one node or several. */
@NullMarked
package dev.lastword.store.mysql;

import org.jspecify.annotations.NullMarked;
