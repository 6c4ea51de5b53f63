-- Delivery: how an application is brought its changes, how far that has come, and what it would not take.

CREATE TABLE delivery (
    application_id UUID NOT NULL PRIMARY KEY REFERENCES provider_application (id) CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    method         TEXT CHECK (method IS NULL OR typeof(method) = 'text'),
    state          TEXT NOT NULL CHECK (typeof(state) = 'text'),
    address        TEXT CHECK (address IS NULL OR typeof(address) = 'text'),
    asked_address  TEXT CHECK (asked_address IS NULL OR typeof(asked_address) = 'text'),
    revision       BIGINT NOT NULL CHECK (typeof(revision) = 'integer'),
    incarnation    UUID NOT NULL CHECK (typeof(incarnation) = 'blob' AND length(incarnation) = 16),
    acked_pos      BIGINT NOT NULL CHECK (typeof(acked_pos) = 'integer'),
    attempt        BIGINT NOT NULL CHECK (typeof(attempt) = 'integer'),
    lease_until    BIGINT NOT NULL CHECK (typeof(lease_until) = 'integer'),
    failures       BIGINT NOT NULL CHECK (typeof(failures) = 'integer'),
    due_at         BIGINT NOT NULL CHECK (typeof(due_at) = 'integer'),
    trouble        TEXT CHECK (trouble IS NULL OR typeof(trouble) = 'text'),
    registered_at  BIGINT NOT NULL CHECK (typeof(registered_at) = 'integer'),
    verified_at    BIGINT CHECK (verified_at IS NULL OR typeof(verified_at) = 'integer'),
    resynced_at    BIGINT CHECK (resynced_at IS NULL OR typeof(resynced_at) = 'integer')
) WITHOUT ROWID;

-- What was acknowledged ahead of something that was not.
CREATE TABLE delivery_settled (
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    pos            BIGINT NOT NULL CHECK (typeof(pos) = 'integer'),
    PRIMARY KEY (application_id, pos)
) WITHOUT ROWID;

CREATE TABLE dead_letter (
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    pos            BIGINT NOT NULL CHECK (typeof(pos) = 'integer'),
    id             UUID NOT NULL UNIQUE CHECK (typeof(id) = 'blob' AND length(id) = 16),
    reason         TEXT NOT NULL CHECK (typeof(reason) = 'text'),
    tries          BIGINT NOT NULL CHECK (typeof(tries) = 'integer'),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    replay         BOOLEAN NOT NULL CHECK (typeof(replay) = 'integer' AND replay IN (0, 1)),
    PRIMARY KEY (application_id, pos)
) WITHOUT ROWID;

CREATE INDEX dead_letter_replay ON dead_letter (application_id, pos) WHERE replay;

-- Applications whose stream was dropped: if they are told again, they are first told that they missed something.
CREATE TABLE delivery_dropped (
    application_id UUID NOT NULL PRIMARY KEY CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16)
) WITHOUT ROWID;
