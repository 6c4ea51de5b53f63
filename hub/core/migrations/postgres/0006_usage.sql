-- The access log: questions that disclosed nothing, the names of representatives, and the way from a consent to its
-- readings.

CREATE TABLE poll (
    mailbox_id     UUID NOT NULL,
    hour           BIGINT NOT NULL,
    consent_id     UUID NOT NULL,
    application_id UUID NOT NULL,
    times          BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, hour, consent_id)
);

-- Who acted for a mailbox that is not their own, under the name the identity service gave.
CREATE TABLE representative (
    mailbox_id  UUID NOT NULL,
    person      UUID NOT NULL,
    sealed_name BYTEA NOT NULL,
    seen_at     BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, person)
);

CREATE INDEX reading_by_consent ON reading (mailbox_id, consent_id, at);
