-- Clients that sign assertions (RFC 7523): their public keys, the assertions that were used, the tokens they got.

CREATE TABLE client_key (
    id            UUID NOT NULL PRIMARY KEY,
    client_id     TEXT COLLATE "C" NOT NULL,
    kid           TEXT COLLATE "C" NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    algorithms    TEXT COLLATE "C" NOT NULL,
    public_key    BYTEA NOT NULL,
    valid_from    BIGINT NOT NULL,
    valid_until   BIGINT,
    registered_at BIGINT NOT NULL,
    UNIQUE (client_id, kid)
);

-- An assertion opens once: SHA-256 of its jti, kept until it has expired.
CREATE TABLE assertion (
    client_id TEXT COLLATE "C" NOT NULL,
    jti_hash  BYTEA NOT NULL,
    until     BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti_hash)
);
CREATE INDEX assertion_by_until ON assertion (until);

-- The key whose assertion a token was issued for; NULL for tokens of clients that showed a certificate alone.
ALTER TABLE token ADD COLUMN key_id UUID;
