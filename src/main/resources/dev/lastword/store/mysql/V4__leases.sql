-- When an epoch of each holder was last leased to anybody, on the server's clock in UTC. Apart from
-- holders, whose rows everyone who settles holds a lock on. Statements end at ";".

CREATE TABLE leases (
  holder VARCHAR(255) PRIMARY KEY,
  leased_at DATETIME(3) NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};
