-- Clients that sign assertions (RFC 7523): their public keys, the assertions that were used, the tokens they got.

CREATE TABLE client_key (
    id            UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    client_id     TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    kid           TEXT NOT NULL CHECK (typeof(kid) = 'text'),
    kind          TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    algorithms    TEXT NOT NULL CHECK (typeof(algorithms) = 'text'),
    public_key    BLOB NOT NULL CHECK (typeof(public_key) = 'blob'),
    valid_from    BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until   BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer'),
    registered_at BIGINT NOT NULL CHECK (typeof(registered_at) = 'integer'),
    UNIQUE (client_id, kid)
) WITHOUT ROWID;

-- An assertion opens once: SHA-256 of its jti, kept until it has expired.
CREATE TABLE assertion (
    client_id TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    jti_hash  BLOB NOT NULL CHECK (typeof(jti_hash) = 'blob' AND length(jti_hash) = 32),
    until     BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    PRIMARY KEY (client_id, jti_hash)
) WITHOUT ROWID;
CREATE INDEX assertion_by_until ON assertion (until);

-- The key whose assertion a token was issued for; NULL for tokens of clients that showed a certificate alone.
ALTER TABLE token ADD COLUMN key_id UUID CHECK (key_id IS NULL OR (typeof(key_id) = 'blob' AND length(key_id) = 16));
