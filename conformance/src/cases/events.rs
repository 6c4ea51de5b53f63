//! Events that the hub pushes: which are taken, which are refused, and what they bring about.

use serde_json::json;

use super::{
    BASE, PUSH,
    act::{ending, event_of, goes_on, refuses_event, right, takes_event},
    world::{Linked, World},
};
use crate::{
    engine::{Case, Polarity, Record, Rule, Stop, now},
    stage::{Event, Seal},
};

mod many;

const BASE_HERE: Case<World> = Case {
    section: "events",
    needs: PUSH,
    why: "An event that anybody could have made tells the app what anybody likes: that a consent ended, that a letter came.",
    ..BASE
};

pub(super) const CASES: &[Case<World>] = &[
    Case {
        id: "N65",
        title: "A right event",
        requirements: &["N65", "C15"],
        polarity: Polarity::Accept,
        what: "The hub brings a right event.",
        why: "An answer that takes long makes the hub try again, and slows down everybody behind it.",
        causes: &["the work is done before the answer"],
        run: |world, record| Box::pin(many::in_time(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N66",
        title: "An event with a wrong signature",
        requirements: &["N66", "C15"],
        what: "One bit of the signature is another.",
        causes: &["the signature is not verified"],
        run: |world, record| Box::pin(sealed(world, record, "N66", Seal::Broken, &["signature", "key"])),
        ..BASE_HERE
    },
    Case {
        id: "N67",
        title: "An event that nobody signed",
        requirements: &["N67", "C15"],
        what: "`alg` is `none` and there is no signature.",
        causes: &["the algorithm is taken from the token"],
        run: |world, record| {
            Box::pin(refuses_event(world, record, rule("N67"), ALGORITHM, |world, linked| {
                let event = ending(world, linked).headed("alg", json!("none"));
                world.hub().seal(&event, Seal::None)
            }))
        },
        ..BASE_HERE
    },
    Case {
        id: "N67-secret",
        title: "An event signed with the public key as a secret",
        requirements: &["N67", "C15"],
        what: "`alg` is `HS256`, and the secret is the hub's public key.",
        causes: &["the algorithm is taken from the token, the key from the set"],
        run: |world, record| {
            Box::pin(refuses_event(world, record, rule("N67"), ALGORITHM, |world, linked| {
                let event = ending(world, linked).headed("alg", json!("HS256"));
                world.hub().seal(&event, Seal::PublicKeyAsSecret)
            }))
        },
        ..BASE_HERE
    },
    Case {
        id: "N68",
        title: "An event signed with a key that nobody knows",
        requirements: &["N68", "C15"],
        what: "`kid` stands in no set of the hub's, and another key signed.",
        causes: &["another key of the set is tried", "the set is read again for every token"],
        run: |world, record| Box::pin(many::unknown_key(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N69",
        title: "An event for another app",
        requirements: &["N69", "C15"],
        what: "`aud` is the client id of another app.",
        causes: &["aud is not compared"],
        run: |world, record| {
            Box::pin(claims(world, record, "N69", &["audience"], ("aud", "another-app".into())))
        },
        ..BASE_HERE
    },
    Case {
        id: "N69-besides",
        title: "An event for others besides",
        requirements: &["N69", "C15"],
        what: "`aud` is a list of this app and another one.",
        causes: &["aud is looked for in the list"],
        run: |world, record| {
            let audience = json!([world.hub().setting().client_id, "another-app"]);
            Box::pin(claims(world, record, "N69", &["audience", "shape"], ("aud", audience)))
        },
        ..BASE_HERE
    },
    Case {
        id: "N70",
        title: "An event of another issuer",
        requirements: &["N70", "C15"],
        what: "`iss` is another hub, the signature is right.",
        causes: &["iss is not compared"],
        run: |world, record| {
            let issuer = json!(world.stage.hostile.setting().issuer);
            Box::pin(claims(world, record, "N70", &["eventIssuer"], ("iss", issuer)))
        },
        ..BASE_HERE
    },
    Case {
        id: "N71",
        title: "An event of an hour ago",
        requirements: &["N71", "C15"],
        what: "`iat` lies an hour back.",
        causes: &["iat is not looked at"],
        run: |world, record| {
            let at = json!(now().as_second() - 3_600);
            Box::pin(claims(world, record, "N71", &["time"], ("iat", at)))
        },
        ..BASE_HERE
    },
    Case {
        id: "N71-exp",
        title: "An event whose time is over",
        requirements: &["N71", "C15"],
        what: "`exp` lies five minutes back.",
        causes: &["exp is not looked at, because event tokens mostly have none"],
        run: |world, record| {
            let at = json!(now().as_second() - 300);
            Box::pin(claims(world, record, "N71", &["time"], ("exp", at)))
        },
        ..BASE_HERE
    },
    Case {
        id: "N72",
        title: "An event of the future",
        requirements: &["N72", "C15"],
        what: "`iat` lies 120 seconds ahead.",
        causes: &["only old tokens are refused"],
        run: |world, record| {
            let at = json!(now().as_second() + 120);
            Box::pin(claims(world, record, "N72", &["time"], ("iat", at)))
        },
        ..BASE_HERE
    },
    Case {
        id: "N73",
        title: "An event that comes twice",
        requirements: &["N73", "C15"],
        polarity: Polarity::Accept,
        what: "The same `jti` comes again, signed anew.",
        why: "The hub repeats what it is not sure of. What came twice happened once.",
        causes: &["the jti is not kept", "what is known is refused instead of taken"],
        run: |world, record| Box::pin(many::twice(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N74",
        title: "Events that overtake each other",
        requirements: &["N74"],
        needs: super::PUSH_AND_READ,
        what: "After the end of a consent come events of before it.",
        why: "The network keeps no order. What has ended must not come back to life by a late word.",
        causes: &["events are applied as they come"],
        run: |world, record| Box::pin(many::out_of_order(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N75",
        title: "An event of a kind that nobody knows",
        requirements: &["N75"],
        polarity: Polarity::Accept,
        what: "The event is of a type of tomorrow.",
        why: "Refused events become dead letters that an operator has to look at; new kinds come with every version.",
        causes: &["unknown types are refused"],
        run: |world, record| {
            Box::pin(async move {
                let effects = &["ignored", "taken"];
                let made = |world: &World, linked: &Linked| right(world, &event_of(world, linked, TOMORROW));
                takes_event(world, record, Rule::new("answered202", "N75"), effects, made).await.map(drop)
            })
        },
        ..BASE_HERE
    },
    Case {
        id: "N76",
        title: "An event that was changed after signing",
        requirements: &["N76", "C15"],
        what: "A claim is another than the one that was signed.",
        causes: &["the signature is verified over the claims as they were read, or not at all"],
        run: |world, record| Box::pin(sealed(world, record, "N76", Seal::Tampered, &["signature", "key"])),
        ..BASE_HERE
    },
    Case {
        id: "N77",
        title: "An event about somebody else's mailbox",
        requirements: &["N77", "C15"],
        what: "The subject is a mailbox that this app has no consent for; the signature is right.",
        causes: &["the subject is not compared with the app's own connections"],
        run: |world, record| {
            Box::pin(refuses_event(world, record, rule("N77"), &["subject"], |world, linked| {
                let other = world.hub().mailbox("two", "enterprise");
                let event: Event = world.hub().event("consentEnded", &linked.consent, &other, None);
                world.hub().seal(&event, Seal::Right)
            }))
        },
        ..BASE_HERE
    },
    Case {
        id: "N78",
        title: "A hundred events at once",
        requirements: &["N78"],
        polarity: Polarity::Accept,
        what: "A hundred right events come, sixteen at a time.",
        why: "A public body publishes to everybody on the same evening.",
        causes: &["one event at a time, with the work done before the answer"],
        run: |world, record| Box::pin(many::burst(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N80",
        title: "A caller without the hub's certificate",
        requirements: &["N80"],
        what: "A right event comes from a caller without a certificate, and from one of another authority.",
        why: "The certificate is what keeps everybody else away from the receiver.",
        causes: &["client certificates are asked for and not required", "any certificate will do"],
        run: |world, record| Box::pin(many::stranger(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "N79",
        title: "What happened while the app could not be reached",
        requirements: &["N79"],
        needs: super::SYNCHRONISE,
        polarity: Polarity::Accept,
        what: "Three letters come without an event, and the hub fails once when the second is fetched; the app reads the change \
               feed three times.",
        why: "Events may be missed, the feed has everything: no letter is lost, and none is fetched twice.",
        causes: &[
            "letters are fetched on events only",
            "the place in the feed is not kept, or moves on past a letter that could not be fetched",
            "what was fetched is not remembered",
        ],
        run: |world, record| Box::pin(many::missed(world, record)),
        ..BASE_HERE
    },
    Case {
        id: "M1",
        title: "An audience that is a list of one",
        requirements: &["M1"],
        polarity: Polarity::Accept,
        what: "`aud` is a list with the app's client id alone.",
        why: "A list of one says the same as the one (RFC 7519 4.1.3).",
        causes: &["aud is read as a text only"],
        run: |world, record| {
            Box::pin(async move {
                let made = |world: &World, linked: &Linked| {
                    let audience = json!([world.hub().setting().client_id]);
                    right(world, &event_of(world, linked, KIND).claiming("aud", audience))
                };
                takes_event(world, record, Rule::new("taken", "M1"), &["taken"], made).await.map(drop)
            })
        },
        ..BASE_HERE
    },
];

const KIND: &str = "messageRead";
const TOMORROW: &str = "kindOfTomorrow";
const ALGORITHM: &[&str] = &["algorithm", "signature", "shape"];

fn rule(requirement: &'static str) -> Rule {
    Rule::new("refused", requirement)
}

/// An event with this seal.
async fn sealed(
    world: &mut World,
    record: &mut Record,
    requirement: &'static str,
    seal: Seal,
    codes: &[&str],
) -> Result<(), Stop> {
    let made = |world: &World, linked: &Linked| world.hub().seal(&ending(world, linked), seal);
    refuses_event(world, record, rule(requirement), codes, made).await
}

/// An event with one other claim.
async fn claims(
    world: &mut World,
    record: &mut Record,
    requirement: &'static str,
    codes: &[&str],
    (name, value): (&'static str, serde_json::Value),
) -> Result<(), Stop> {
    let made = |world: &World, linked: &Linked| right(world, &ending(world, linked).claiming(name, value));
    refuses_event(world, record, rule(requirement), codes, made).await
}
