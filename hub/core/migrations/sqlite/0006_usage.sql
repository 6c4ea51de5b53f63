-- The access log: questions that disclosed nothing, the names of representatives, and the way from a consent to its
-- readings.

CREATE TABLE poll (
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    hour           BIGINT NOT NULL CHECK (typeof(hour) = 'integer'),
    consent_id     UUID NOT NULL CHECK (typeof(consent_id) = 'blob' AND length(consent_id) = 16),
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    times          BIGINT NOT NULL CHECK (typeof(times) = 'integer'),
    PRIMARY KEY (mailbox_id, hour, consent_id)
);

-- Who acted for a mailbox that is not their own, under the name the identity service gave.
CREATE TABLE representative (
    mailbox_id  UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    person      UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    sealed_name BLOB NOT NULL CHECK (typeof(sealed_name) = 'blob'),
    seen_at     BIGINT NOT NULL CHECK (typeof(seen_at) = 'integer'),
    PRIMARY KEY (mailbox_id, person)
);

CREATE INDEX reading_by_consent ON reading (mailbox_id, consent_id, at);
