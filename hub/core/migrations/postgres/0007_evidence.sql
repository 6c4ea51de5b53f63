-- Evidence: what the hub states about messages and consents, in exact bytes, and the seals over it.

CREATE TABLE evidence (
    mailbox_id UUID NOT NULL,
    about      TEXT COLLATE "C" NOT NULL,
    object     UUID NOT NULL,
    id         UUID NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    statement  BYTEA NOT NULL,
    leaf       BYTEA NOT NULL,
    salt_key   BIGINT NOT NULL,
    seal_id    UUID,
    PRIMARY KEY (mailbox_id, about, object, id)
);
CREATE INDEX evidence_unsealed ON evidence (at) WHERE seal_id IS NULL;

-- One signature over the root of many statements; its leaves in their order, 32 bytes each.
CREATE TABLE seal (
    id     UUID NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    key    BYTEA NOT NULL,
    jws    TEXT COLLATE "C" NOT NULL,
    leaves BYTEA NOT NULL
);

-- Keys that ever sealed; their certificates stay published when the secret is gone.
CREATE TABLE evidence_key (
    thumbprint BYTEA NOT NULL PRIMARY KEY,
    kid        TEXT COLLATE "C" NOT NULL,
    chain      TEXT COLLATE "C" NOT NULL,
    first_at   BIGINT NOT NULL
);

CREATE INDEX consent_event_by_consent ON consent_event (consent_id);
