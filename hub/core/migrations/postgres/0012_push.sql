-- Delivery: how an application is brought its changes, how far that has come, and what it would not take.

CREATE TABLE delivery (
    application_id UUID NOT NULL PRIMARY KEY REFERENCES provider_application (id),
    method         TEXT COLLATE "C",
    state          TEXT COLLATE "C" NOT NULL,
    address        TEXT COLLATE "C",
    asked_address  TEXT COLLATE "C",
    revision       BIGINT NOT NULL,
    incarnation    UUID NOT NULL,
    acked_pos      BIGINT NOT NULL,
    attempt        BIGINT NOT NULL,
    lease_until    BIGINT NOT NULL,
    failures       BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,
    trouble        TEXT COLLATE "C",
    registered_at  BIGINT NOT NULL,
    verified_at    BIGINT,
    resynced_at    BIGINT
);

-- What was acknowledged ahead of something that was not.
CREATE TABLE delivery_settled (
    application_id UUID NOT NULL,
    pos            BIGINT NOT NULL,
    PRIMARY KEY (application_id, pos)
);

CREATE TABLE dead_letter (
    application_id UUID NOT NULL,
    pos            BIGINT NOT NULL,
    id             UUID NOT NULL UNIQUE,
    reason         TEXT COLLATE "C" NOT NULL,
    tries          BIGINT NOT NULL,
    at             BIGINT NOT NULL,
    replay         BOOLEAN NOT NULL,
    PRIMARY KEY (application_id, pos)
);

CREATE INDEX dead_letter_replay ON dead_letter (application_id, pos) WHERE replay;

-- Applications whose stream was dropped: if they are told again, they are first told that they missed something.
CREATE TABLE delivery_dropped (
    application_id UUID NOT NULL PRIMARY KEY
);
