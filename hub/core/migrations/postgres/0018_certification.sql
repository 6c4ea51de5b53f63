-- Certification of provider applications: nonces, what suite instances stated, and how applications behave.

-- A nonce is good once, for one client and what it was asked for; SHA-256 of it is kept.
CREATE TABLE certification_nonce (
    nonce_hash           BYTEA NOT NULL PRIMARY KEY,
    client_id            TEXT COLLATE "C" NOT NULL,
    suite_version        TEXT COLLATE "C" NOT NULL,
    requirements_version TEXT COLLATE "C" NOT NULL,
    until                BIGINT NOT NULL,
    used_at              BIGINT
);
CREATE INDEX certification_nonce_by_client ON certification_nonce (client_id);

-- A statement that was believed, word by word, with the name under which its app was registered when it was handed in.
CREATE TABLE certification (
    id                   UUID NOT NULL PRIMARY KEY,
    client_id            TEXT COLLATE "C" NOT NULL,
    level                TEXT COLLATE "C" NOT NULL CHECK (level IN ('declared', 'certified')),
    state                TEXT COLLATE "C" NOT NULL CHECK (state IN ('standing', 'awaiting', 'approved', 'rejected')),
    statement_hash       BYTEA NOT NULL UNIQUE,
    statement            TEXT COLLATE "C" NOT NULL,
    key_id               TEXT COLLATE "C" NOT NULL,
    suite_version        TEXT COLLATE "C" NOT NULL,
    requirements_version TEXT COLLATE "C" NOT NULL,
    plan                 TEXT COLLATE "C" NOT NULL,
    capabilities         TEXT COLLATE "C" NOT NULL,
    began                BIGINT NOT NULL,
    anchor               TEXT COLLATE "C" NOT NULL,
    name_kind            TEXT COLLATE "C" NOT NULL,
    name                 TEXT COLLATE "C" NOT NULL,
    received_at          BIGINT NOT NULL,
    decided_by           TEXT COLLATE "C",
    decided_at           BIGINT
);
CREATE INDEX certification_by_client ON certification (client_id, received_at);

-- Tokens that ended with their consent, so that their further use is known for what it is; kept for a week.
CREATE TABLE ended_token (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    ended_at   BIGINT NOT NULL,
    told_at    BIGINT
);
CREATE INDEX ended_token_by_end ON ended_token (ended_at);

-- How often an application did on a day (UTC, days since 1970) what it should not.
CREATE TABLE conduct (
    client_id TEXT COLLATE "C" NOT NULL,
    day       BIGINT NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    times     BIGINT NOT NULL,
    PRIMARY KEY (client_id, day, kind)
);
CREATE INDEX conduct_by_day ON conduct (day);
