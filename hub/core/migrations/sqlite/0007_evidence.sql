-- Evidence: what the hub states about messages and consents, in exact bytes, and the seals over it.

CREATE TABLE evidence (
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    about      TEXT NOT NULL CHECK (typeof(about) = 'text'),
    object     UUID NOT NULL CHECK (typeof(object) = 'blob' AND length(object) = 16),
    id         UUID NOT NULL CHECK (typeof(id) = 'blob' AND length(id) = 16),
    at         BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    kind       TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    statement  BLOB NOT NULL CHECK (typeof(statement) = 'blob'),
    leaf       BLOB NOT NULL CHECK (typeof(leaf) = 'blob'),
    salt_key   BIGINT NOT NULL CHECK (typeof(salt_key) = 'integer'),
    seal_id    UUID CHECK (seal_id IS NULL OR (typeof(seal_id) = 'blob' AND length(seal_id) = 16)),
    PRIMARY KEY (mailbox_id, about, object, id)
) WITHOUT ROWID;
CREATE INDEX evidence_unsealed ON evidence (at) WHERE seal_id IS NULL;

-- One signature over the root of many statements; its leaves in their order, 32 bytes each.
CREATE TABLE seal (
    id     UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    at     BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    key    BLOB NOT NULL CHECK (typeof(key) = 'blob'),
    jws    TEXT NOT NULL CHECK (typeof(jws) = 'text'),
    leaves BLOB NOT NULL CHECK (typeof(leaves) = 'blob')
);

-- Keys that ever sealed; their certificates stay published when the secret is gone.
CREATE TABLE evidence_key (
    thumbprint BLOB NOT NULL PRIMARY KEY CHECK (typeof(thumbprint) = 'blob'),
    kid        TEXT NOT NULL CHECK (typeof(kid) = 'text'),
    chain      TEXT NOT NULL CHECK (typeof(chain) = 'text'),
    first_at   BIGINT NOT NULL CHECK (typeof(first_at) = 'integer')
);

CREATE INDEX consent_event_by_consent ON consent_event (consent_id);
