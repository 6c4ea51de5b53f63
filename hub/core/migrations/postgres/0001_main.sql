-- The hub's tables. Mailbox tables lead with mailbox_id (or home), so that they can be spread by it.
-- Times are microseconds since 1970; the same names stand in the SQLite twin of this file.

-- One row: which environment this data belongs to, and which life of it.
CREATE TABLE hub (
    id          BIGINT NOT NULL PRIMARY KEY,
    environment TEXT COLLATE "C" NOT NULL,
    incarnation UUID NOT NULL,
    created_at  BIGINT NOT NULL
);

-- Mailboxes and the numbers that point to them.

CREATE TABLE mailbox (
    id           UUID NOT NULL PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    unread       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    activated_at BIGINT,
    moved_to     UUID
) WITH (fillfactor = 60);

CREATE TABLE identity (
    key_hash      BYTEA NOT NULL PRIMARY KEY,
    hash_key_no   BIGINT NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    sealed_number BYTEA NOT NULL,
    mailbox_id    UUID NOT NULL,
    state         TEXT COLLATE "C" NOT NULL
);
CREATE INDEX identity_by_mailbox ON identity (mailbox_id);

CREATE TABLE mandate (
    mailbox_id      UUID NOT NULL,
    person          UUID NOT NULL,
    role            TEXT COLLATE "C" NOT NULL,
    reference       TEXT COLLATE "C" NOT NULL,
    source          TEXT COLLATE "C" NOT NULL,
    enterprise_name TEXT NOT NULL,
    valid_from      BIGINT NOT NULL,
    valid_until     BIGINT NOT NULL,
    checked_at      BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, person, role)
);
CREATE INDEX mandate_by_person ON mandate (person);

-- Who sends what.

CREATE TABLE sender_organization (
    number      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_until BIGINT
);

CREATE TABLE sender_application (
    client_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    code        TEXT COLLATE "C" NOT NULL,
    name        TEXT NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_until BIGINT
);

CREATE TABLE message_type (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    validity    TEXT COLLATE "C" NOT NULL,
    media_types TEXT NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_until BIGINT
);

CREATE TABLE trio (
    organization TEXT COLLATE "C" NOT NULL REFERENCES sender_organization (number),
    application  TEXT COLLATE "C" NOT NULL REFERENCES sender_application (client_id),
    message_type TEXT COLLATE "C" NOT NULL REFERENCES message_type (id),
    valid_from   BIGINT NOT NULL,
    valid_until  BIGINT,
    PRIMARY KEY (organization, application, message_type)
);

-- Who reads on users' behalf.

CREATE TABLE provider (
    id         UUID NOT NULL PRIMARY KEY,
    code       TEXT COLLATE "C" NOT NULL UNIQUE,
    legal_name TEXT NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    epoch      BIGINT NOT NULL
);

CREATE TABLE provider_application (
    id            UUID NOT NULL PRIMARY KEY,
    client_id     TEXT COLLATE "C" NOT NULL UNIQUE,
    provider_id   UUID NOT NULL REFERENCES provider (id),
    state         TEXT COLLATE "C" NOT NULL,
    brand         TEXT NOT NULL,
    purpose       TEXT NOT NULL,
    retention     TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    logo          BYTEA
);

CREATE TABLE logo (
    sha256     BYTEA NOT NULL PRIMARY KEY,
    media_type TEXT COLLATE "C" NOT NULL,
    image      BYTEA NOT NULL
);

-- A registration: an anchor plus exactly one name, optionally pinned.
CREATE TABLE certificate (
    id         UUID NOT NULL PRIMARY KEY,
    role       TEXT COLLATE "C" NOT NULL,
    anchor     TEXT COLLATE "C" NOT NULL,
    name_kind  TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    thumbprint BYTEA,
    client_id  TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    UNIQUE (role, anchor, name_kind, name)
);

-- What was sent and where it lies.

CREATE TABLE publication (
    home          UUID NOT NULL,
    id            UUID NOT NULL,
    organization  TEXT COLLATE "C" NOT NULL,
    application   TEXT COLLATE "C" NOT NULL,
    message_type  TEXT COLLATE "C" NOT NULL,
    header        TEXT NOT NULL,
    sealed_header BYTEA,
    at            BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    evidence_root BYTEA,
    PRIMARY KEY (home, id)
);

CREATE TABLE part (
    home           UUID NOT NULL,
    publication_id UUID NOT NULL,
    n              BIGINT NOT NULL,
    role           TEXT COLLATE "C" NOT NULL,
    main           BOOLEAN NOT NULL,
    file_name      TEXT,
    media_type     TEXT COLLATE "C" NOT NULL,
    size           BIGINT NOT NULL,
    sha256         BYTEA NOT NULL,
    object         UUID NOT NULL,
    sealed         BYTEA,
    wrapped_key    BYTEA,
    PRIMARY KEY (home, publication_id, n),
    FOREIGN KEY (home, publication_id) REFERENCES publication (home, id)
);
CREATE INDEX part_by_object ON part (object) WHERE sealed IS NULL;

CREATE TABLE message (
    mailbox_id     UUID NOT NULL,
    number         BIGINT NOT NULL,
    publication_id UUID NOT NULL,
    campaign_id    UUID,
    at             BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    organization   TEXT COLLATE "C" NOT NULL,
    application    TEXT COLLATE "C" NOT NULL,
    type           TEXT COLLATE "C" NOT NULL,
    flags          BIGINT NOT NULL,
    subject        TEXT NOT NULL,
    PRIMARY KEY (mailbox_id, number)
        INCLUDE (publication_id, campaign_id, at, expires_at, organization, application, type, flags, subject)
) WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000);
CREATE INDEX message_by_expiry ON message (expires_at, mailbox_id, number);

CREATE TABLE mark (
    mailbox_id   UUID NOT NULL,
    number       BIGINT NOT NULL,
    retrieved_at BIGINT,
    opened_at    BIGINT,
    read         BOOLEAN NOT NULL,
    archived     BOOLEAN NOT NULL,
    PRIMARY KEY (mailbox_id, number),
    FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number)
);

-- A sender's own view of what it sent; stays as a fact when the content is gone.
CREATE TABLE sent (
    application      TEXT COLLATE "C" NOT NULL,
    publication_id   UUID NOT NULL,
    organization     TEXT COLLATE "C" NOT NULL,
    mailbox_id       UUID,
    number           BIGINT,
    at               BIGINT NOT NULL,
    not_delivered_at BIGINT,
    retrieved_at     BIGINT,
    opened_at        BIGINT,
    expires_at       BIGINT,
    PRIMARY KEY (application, publication_id)
);

CREATE TABLE idempotency (
    application    TEXT COLLATE "C" NOT NULL,
    key            TEXT COLLATE "C" NOT NULL,
    claim          UUID NOT NULL,
    lease_until    BIGINT NOT NULL,
    at             BIGINT NOT NULL,
    digest         BYTEA,
    publication_id UUID,
    answer         TEXT,
    PRIMARY KEY (application, key)
);

CREATE TABLE reach_budget (
    organization TEXT COLLATE "C" NOT NULL,
    day          BIGINT NOT NULL,
    asked        BIGINT NOT NULL,
    PRIMARY KEY (organization, day)
);

-- Consent, and what hangs on it.

CREATE TABLE consent (
    mailbox_id     UUID NOT NULL,
    application_id UUID NOT NULL REFERENCES provider_application (id),
    id             UUID NOT NULL,
    provider_id    UUID NOT NULL REFERENCES provider (id),
    grant_id       UUID NOT NULL,
    state          TEXT COLLATE "C" NOT NULL,
    actions        BIGINT NOT NULL,
    senders        TEXT,
    person         UUID NOT NULL,
    granted_at     BIGINT NOT NULL,
    until          BIGINT NOT NULL,
    epoch          BIGINT NOT NULL,
    token_epoch    BIGINT NOT NULL,
    ended_at       BIGINT,
    PRIMARY KEY (mailbox_id, application_id)
);
CREATE INDEX consent_by_provider ON consent (provider_id, mailbox_id);

CREATE TABLE consent_event (
    mailbox_id     UUID NOT NULL,
    consent_id     UUID NOT NULL,
    n              BIGINT NOT NULL,
    application_id UUID NOT NULL,
    at             BIGINT NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
    actor          TEXT COLLATE "C" NOT NULL,
    person         UUID,
    channel        TEXT COLLATE "C" NOT NULL,
    actions        BIGINT NOT NULL,
    until          BIGINT NOT NULL,
    screen         BYTEA,
    text_version   TEXT COLLATE "C",
    language       TEXT COLLATE "C",
    acr            TEXT COLLATE "C",
    PRIMARY KEY (mailbox_id, consent_id, n)
);

CREATE TABLE grant_ (
    id             UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL,
    provider_id    UUID NOT NULL,
    mailbox_id     UUID NOT NULL,
    consent_id     UUID NOT NULL,
    person         UUID NOT NULL,
    created_at     BIGINT NOT NULL,
    ended_at       BIGINT
);

CREATE TABLE authorization_request (
    request_hash   BYTEA NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL,
    client_id      TEXT COLLATE "C" NOT NULL,
    redirect_uri   TEXT NOT NULL,
    state          TEXT,
    challenge      TEXT COLLATE "C" NOT NULL,
    details        TEXT NOT NULL,
    audience       TEXT COLLATE "C" NOT NULL,
    ui_locales     TEXT,
    stage          TEXT COLLATE "C" NOT NULL,
    created_at     BIGINT NOT NULL,
    open_until     BIGINT NOT NULL,
    browser_hash   BYTEA,
    bound_until    BIGINT,
    decided_at     BIGINT,
    grant_id       UUID,
    code_hash      BYTEA UNIQUE,
    code_until     BIGINT,
    redeemed_at    BIGINT
);

CREATE TABLE token (
    token_hash     BYTEA NOT NULL PRIMARY KEY,
    kind           TEXT COLLATE "C" NOT NULL,
    role           TEXT COLLATE "C" NOT NULL,
    client_id      TEXT COLLATE "C" NOT NULL,
    audience       TEXT COLLATE "C" NOT NULL,
    scope          TEXT COLLATE "C",
    certificate_id UUID NOT NULL,
    thumbprint     BYTEA NOT NULL,
    grant_id       UUID,
    mailbox_id     UUID,
    application_id UUID,
    epoch          BIGINT NOT NULL,
    provider_epoch BIGINT NOT NULL,
    issued_at      BIGINT NOT NULL,
    until          BIGINT NOT NULL
);
CREATE INDEX token_by_grant ON token (grant_id);
CREATE INDEX token_by_until ON token (until);

CREATE TABLE session (
    session_hash BYTEA NOT NULL PRIMARY KEY,
    person       UUID NOT NULL,
    acting_for   UUID NOT NULL,
    sealed_name  BYTEA NOT NULL,
    sealed_hint  BYTEA NOT NULL,
    acr          TEXT COLLATE "C" NOT NULL,
    auth_time    BIGINT NOT NULL,
    request_hash BYTEA,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    until        BIGINT NOT NULL
);

CREATE TABLE login (
    state_hash      BYTEA NOT NULL PRIMARY KEY,
    browser_hash    BYTEA NOT NULL,
    sealed_verifier BYTEA NOT NULL,
    nonce_hash      BYTEA NOT NULL,
    request_hash    BYTEA,
    return_to       TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    until           BIGINT NOT NULL
);

-- What was done, and what is still to do.

CREATE TABLE audit_write (
    mailbox_id UUID NOT NULL,
    at         BIGINT NOT NULL,
    id         UUID NOT NULL,
    role       TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    object     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (mailbox_id, at, id)
);

CREATE TABLE reading (
    day        BIGINT NOT NULL,
    node       TEXT COLLATE "C" NOT NULL,
    segment    BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    mailbox_id UUID NOT NULL,
    role       TEXT COLLATE "C" NOT NULL,
    reader     UUID NOT NULL,
    consent_id UUID,
    what       TEXT COLLATE "C" NOT NULL,
    number     BIGINT,
    part       BIGINT,
    PRIMARY KEY (day, node, segment, position)
);
CREATE INDEX reading_by_mailbox ON reading (mailbox_id, at);

CREATE TABLE segment (
    node     TEXT COLLATE "C" NOT NULL,
    segment  BIGINT NOT NULL,
    loaded   BIGINT NOT NULL,
    head     BYTEA NOT NULL,
    PRIMARY KEY (node, segment)
);

CREATE TABLE outbox (
    id          UUID NOT NULL PRIMARY KEY,
    lane        TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    payload     TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    attempt     BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (lane, due_at);
