-- Certification of provider applications: nonces, what suite instances stated, and how applications behave.

-- A nonce is good once, for one client and what it was asked for; SHA-256 of it is kept.
CREATE TABLE certification_nonce (
    nonce_hash           BLOB NOT NULL PRIMARY KEY CHECK (typeof(nonce_hash) = 'blob' AND length(nonce_hash) = 32),
    client_id            TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    suite_version        TEXT NOT NULL CHECK (typeof(suite_version) = 'text'),
    requirements_version TEXT NOT NULL CHECK (typeof(requirements_version) = 'text'),
    until                BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    used_at              BIGINT CHECK (used_at IS NULL OR typeof(used_at) = 'integer')
) WITHOUT ROWID;
CREATE INDEX certification_nonce_by_client ON certification_nonce (client_id);

-- A statement that was believed, word by word, with the name under which its app was registered when it was handed in.
CREATE TABLE certification (
    id                   UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    client_id            TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    level                TEXT NOT NULL CHECK (level IN ('declared', 'certified')),
    state                TEXT NOT NULL CHECK (state IN ('standing', 'awaiting', 'approved', 'rejected')),
    statement_hash       BLOB NOT NULL UNIQUE CHECK (typeof(statement_hash) = 'blob' AND length(statement_hash) = 32),
    statement            TEXT NOT NULL CHECK (typeof(statement) = 'text'),
    key_id               TEXT NOT NULL CHECK (typeof(key_id) = 'text'),
    suite_version        TEXT NOT NULL CHECK (typeof(suite_version) = 'text'),
    requirements_version TEXT NOT NULL CHECK (typeof(requirements_version) = 'text'),
    plan                 TEXT NOT NULL CHECK (typeof(plan) = 'text'),
    capabilities         TEXT NOT NULL CHECK (typeof(capabilities) = 'text'),
    began                BIGINT NOT NULL CHECK (typeof(began) = 'integer'),
    anchor               TEXT NOT NULL CHECK (typeof(anchor) = 'text'),
    name_kind            TEXT NOT NULL CHECK (typeof(name_kind) = 'text'),
    name                 TEXT NOT NULL CHECK (typeof(name) = 'text'),
    received_at          BIGINT NOT NULL CHECK (typeof(received_at) = 'integer'),
    decided_by           TEXT CHECK (decided_by IS NULL OR typeof(decided_by) = 'text'),
    decided_at           BIGINT CHECK (decided_at IS NULL OR typeof(decided_at) = 'integer')
);
CREATE INDEX certification_by_client ON certification (client_id, received_at);

-- Tokens that ended with their consent, so that their further use is known for what it is; kept for a week.
CREATE TABLE ended_token (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (typeof(token_hash) = 'blob' AND length(token_hash) = 32),
    ended_at   BIGINT NOT NULL CHECK (typeof(ended_at) = 'integer'),
    told_at    BIGINT CHECK (told_at IS NULL OR typeof(told_at) = 'integer')
) WITHOUT ROWID;
CREATE INDEX ended_token_by_end ON ended_token (ended_at);

-- How often an application did on a day (UTC, days since 1970) what it should not.
CREATE TABLE conduct (
    client_id TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    day       BIGINT NOT NULL CHECK (typeof(day) = 'integer'),
    kind      TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    times     BIGINT NOT NULL CHECK (typeof(times) = 'integer'),
    PRIMARY KEY (client_id, day, kind)
) WITHOUT ROWID;
CREATE INDEX conduct_by_day ON conduct (day);
