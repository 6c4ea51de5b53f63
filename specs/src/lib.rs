//! The contract: API documents, schemas, words and requirements, as text.
//!
//! Holds no logic. The hub serves these documents, pages take their words from here, and tests and the
//! conformance suite compare what they see with them. Every document is written by hand.

/// The OpenAPI 3.0 document of the mailbox API, which providers call.
pub const MAILBOX_OPENAPI: &str = include_str!("../mailbox/v1/openapi.yaml");

/// The OpenAPI 3.0 document of the sender API, which public bodies call.
pub const SENDER_OPENAPI: &str = include_str!("../sender/v1/openapi.yaml");

/// The OpenAPI 3.0 document of the Message Registry, which software written for the e-Box calls.
pub const REGISTRY_OPENAPI: &str = include_str!("../message-registry/v2/openapi.yaml");

/// The reference data of the consultation sample, in the format of `facteur apply`.
pub const CONSULTATION_REFERENCE: &str = include_str!("../message-registry/consultation/reference.toml");

/// Who acts for the enterprise of the consultation sample, in the format of a hub's file of mandates.
pub const CONSULTATION_MANDATES: &str = include_str!("../message-registry/consultation/mandates.toml");

/// The OpenAPI 3.0 document of the Federation service, which software written for the e-Box calls.
pub const FEDERATION_OPENAPI: &str = include_str!("../federation/v1/openapi.yaml");

/// The OpenAPI 3.0 document of the e-Box's events, which software written for the e-Box reads and document providers post.
pub const EVENTS_OPENAPI: &str = include_str!("../events/v1/openapi.yaml");

/// The OpenAPI 3.0 document of the MeMo API, which software that speaks MeMo calls.
pub const MEMO_OPENAPI: &str = include_str!("../memo/v1/openapi.yaml");

/// The XML schemas of the MeMo API, by the names by which they name each other.
pub const MEMO_SCHEMAS: [(&str, &str); 5] = [
    ("types.xsd", include_str!("../memo/v1/types.xsd")),
    ("memo.xsd", include_str!("../memo/v1/memo.xsd")),
    ("reply.xsd", include_str!("../memo/v1/reply.xsd")),
    ("envelope.xsd", include_str!("../memo/v1/envelope.xsd")),
    ("problem.xsd", include_str!("../memo/v1/problem.xsd")),
];

/// The OpenAPI 3.0 document of the operations API, which operators call.
pub const OPERATIONS_OPENAPI: &str = include_str!("../operations/v1/openapi.yaml");

/// The OpenAPI 3.0 document of certification, which providers' developers call, and of the public register.
pub const CERTIFICATION_OPENAPI: &str = include_str!("../certification/v1/openapi.yaml");

/// JSON Schema (2020-12) of the claims of a statement about an app, by which a hub learns what a suite instance found.
pub const CONFORMANCE_STATEMENT_SCHEMA: &str = include_str!("../conformance/statement.schema.json");

/// JSON Schema (2020-12) of one element of `authorization_details` as a provider asks for it.
pub const MAILBOX_RAR_SCHEMA: &str = include_str!("../authorization/mailbox.schema.json");

/// JSON Schema (2020-12) of one element of `authorization_details` as the citizen granted it.
pub const MAILBOX_GRANTED_SCHEMA: &str = include_str!("../authorization/granted.schema.json");

/// JSON Schema (2020-12) of the access log as a file for programs, in the form of Estonia's data tracker.
pub const FIND_USAGE_SCHEMA: &str = include_str!("../usage/findUsage.schema.json");

/// Requirements on the authorization server (`A…`), on the APIs behind its tokens (`R…`) and on the issuer for
/// software of the e-Box (`E…`), as TOML.
pub const AUTHORIZATION_REQUIREMENTS: &str = include_str!("../authorization/requirements.toml");

/// Rules of trust (`T1` to `T26`), as TOML.
pub const TRUST_REQUIREMENTS: &str = include_str!("../trust/requirements.toml");

/// Rules that software of the e-Box counts on (`MR1` to `MR14` and `MR22`), as TOML.
pub const MESSAGE_REGISTRY_REQUIREMENTS: &str = include_str!("../message-registry/requirements.toml");

/// Requirements on a provider's app (`C…`, `N…`, and `M…` for what it must not be too strict about), as TOML.
pub const PROVIDER_REQUIREMENTS: &str = include_str!("../conformance/requirements.toml");

/// Requirements on a hub that providers can see beside those of authorization and trust (`B…`, `F…`, `S…`, `REG…`), and
/// which of those two registers no client of a hub can see, as TOML.
pub const HUB_REQUIREMENTS: &str = include_str!("../conformance/hub-requirements.toml");

/// The OpenAPI 3.0 document of the test hook, by which the conformance suite drives an app under test.
pub const TEST_HOOK_OPENAPI: &str = include_str!("../conformance/test-hook.openapi.yaml");

/// What the calls of the test hook mean, in CommonMark with tables.
pub const TEST_HOOK: &str = include_str!("../conformance/test-hook.md");

/// JSON Schema (2020-12) of a report of the conformance suite, in its canonical form.
pub const CONFORMANCE_REPORT_SCHEMA: &str = include_str!("../conformance/report.schema.json");

/// JSON Schema (2020-12) of a piece of evidence, and how it is checked.
pub const EVIDENCE_DOCUMENT_SCHEMA: &str = include_str!("../evidence/document.schema.json");

/// JSON Schema (2020-12) of what a piece of evidence states.
pub const EVIDENCE_STATEMENT_SCHEMA: &str = include_str!("../evidence/statement.schema.json");

/// What opens the salted hashes of a statement (JSON Schema 2020-12).
pub const EVIDENCE_OPENING_SCHEMA: &str = include_str!("../evidence/opening.schema.json");

/// Problem types and types of issues with their status and title, as TOML.
pub const PROBLEMS: &str = include_str!("../problems.toml");

/// Pages for developers, in CommonMark with tables: name in the address, title, text.
pub const DOCS: [(&str, &str, &str); 6] = [
    ("index", "For developers", include_str!("../docs/index.md")),
    ("quickstart", "Quickstart", include_str!("../docs/quickstart.md")),
    ("events", "Events", include_str!("../docs/events.md")),
    ("ebox", "Software of the e-Box", include_str!("../docs/ebox.md")),
    ("changelog", "Changelog", include_str!("../docs/changelog.md")),
    ("deprecation", "Deprecation", include_str!("../docs/deprecation.md")),
];

/// Each word of the glossary as citizens read it in nl, fr, de and en, as TOML.
pub const WORDS: &str = include_str!("../words.toml");
