//! The doors: versions and ciphers of TLS, and who gets in.

use super::{Told, case};
use crate::engine::Polarity::{Accept, Refuse};
use crate::engine::{Case, Record, Stop};
use crate::hub_plan::conditions::{answered, rule, shut_out, status};
use crate::hub_plan::hello::{self, OLD, TLS10, TLS11, TLS12, WEAK};
use crate::hub_plan::request::{Ask, Form, brief};
use crate::hub_plan::trial::{Trial, Who};

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "Versions of TLS below 1.2 are refused",
        what: "Offers TLS 1.0 and 1.1 with the suites that old servers take, at the door for browsers and at the one for machines.",
        why: "Old versions can be broken by whoever sits in between.",
        causes: &["A proxy in front of the hub still allows TLS 1.0 or 1.1."],
        ..case("A1", "tls", Refuse, &["A1"], |trial, record| Box::pin(old_tls(trial, record)))
    },
    Case {
        title: "With TLS 1.2 only ECDHE with AEAD is agreed on",
        what: "Offers TLS 1.2 with nothing but suites that BCP 195 does not recommend.",
        why: "RSA key exchange and CBC have no forward secrecy or known attacks.",
        causes: &["The list of ciphers of the server was left as it was delivered."],
        ..case("A2", "tls", Refuse, &["A2"], |trial, record| Box::pin(weak_suites(trial, record)))
    },
    Case {
        title: "TLS 1.3 is preferred, and 1.2 is still spoken",
        what: "Connects with both versions, and with TLS 1.2 alone.",
        why: "TLS 1.3 leaves less to choose wrongly; old clients have 1.2 only.",
        causes: &["TLS 1.3 is switched off in the server or a proxy."],
        ..case("A3", "tls", Accept, &["A3"], |trial, record| Box::pin(versions(trial, record)))
    },
    Case {
        title: "Without a client certificate the door for machines opens nothing",
        what: "Pushes a request, renews a token and asks for one of the application itself, all right in everything else, without a certificate.",
        why: "The certificate is how a client authenticates: a client_id is known to everybody.",
        causes: &[
            "Certificates are asked for, and their absence is not refused.",
            "A proxy does not pass the certificate on.",
        ],
        ..case("A12", "tls", Refuse, &["A12", "T1"], |trial, record| Box::pin(no_certificate(trial, record)))
    },
    Case {
        title: "A certificate of an unknown authority opens nothing",
        what: "Pushes a request and renews a token, both right in everything else, with a certificate that the suite has just made.",
        why: "Anybody can make a certificate with any name in it.",
        causes: &["The chain is not verified.", "Clients are compared by name and not by authority."],
        ..case("A16-stranger", "tls", Refuse, &["A16", "T1"], |trial, record| {
            Box::pin(unknown_authority(trial, record))
        })
    },
];

async fn doors(trial: &Trial) -> [(&'static str, String); 2] {
    [("browsers", trial.profile.hub.issuer.clone()), ("machines", trial.said.token.clone())]
}

async fn old_tls(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    for (door, url) in doors(trial).await {
        for (version, name) in [(TLS10, "TLS 1.0"), (TLS11, "TLS 1.1")] {
            let met = hello::offer(&url, version, OLD).await.map_err(|why| record.blocked(why))?;
            let expected = format!("{name} refused at the door for {door}");
            record.expect(rule("oldVersionRefused", "A1"), met.is_refusal(), expected, met)?;
        }
    }
    trial.control(record).await
}

async fn weak_suites(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    for (door, url) in doors(trial).await {
        let met = hello::offer(&url, TLS12, WEAK).await.map_err(|why| record.blocked(why))?;
        let expected = format!("a refusal at the door for {door}");
        record.expect(rule("weakSuitesRefused", "A2"), met.is_refusal(), expected, met)?;
    }
    trial.control(record).await
}

async fn versions(trial: &mut Trial, record: &mut Record) -> Told {
    let (first, well_known) = (trial.first(), trial.well_known());
    for caller in [&trial.nobody, &first.caller] {
        let heard = caller.send(Ask::get(&well_known)).await;
        status(record, rule("found", "A3"), &heard, &[200])?;
        let both = answered(record, rule("answers", "A3"), heard)?;
        record.should(rule("tls13Chosen", "A3"), both.tls.version == "TLSv1.3", "TLSv1.3", &both.tls.version);
        let older =
            caller.speaking(&rustls::version::TLS12).ok_or_else(|| record.broken("no TLS 1.2 here"))?;
        let heard = older.send(Ask::get(&well_known)).await;
        let spoken =
            heard.as_ref().is_ok_and(|answer| answer.status == 200 && answer.tls.version == "TLSv1.2");
        record.expect(rule("tls12Spoken", "A3"), spoken, "an answer over TLS 1.2", brief(&heard))?;
    }
    Ok(())
}

async fn no_certificate(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let wanted = trial.wanted(&trial.first(), &trial.actions());
    let renewal = renewal(trial, record).await?;
    let own = Trial::own_form(&trial.first(), "feed");
    let token = &trial.said.token;
    for (url, form) in [(&trial.said.par, &wanted.form), (token, &renewal), (token, &own)] {
        let heard = trial.nobody.send(Ask::form(url, form)).await;
        shut_out(record, rule("withoutCertificate", "A12"), &heard)?;
    }
    let heard = trial.nobody.send(Ask::get(&trial.api("/mailboxes"))).await;
    shut_out(record, rule("apiWithoutCertificate", "T1"), &heard)?;
    trial.control(record).await
}

/// A form for the token endpoint that is right in everything: with its certificate it gives a token.
async fn renewal(trial: &mut Trial, record: &mut Record) -> Result<Form, Stop> {
    let grant = trial.standing(record, Who::First).await?;
    let first = trial.first();
    let heard = trial.renew(&first, &grant, &[]).await;
    match &heard {
        Ok(answer) if answer.status == 200 => Ok(Trial::renewal(&first, &grant, &[])),
        _ => Err(record.blocked(format!("a right refresh token gives nothing: {}", brief(&heard)))),
    }
}

async fn unknown_authority(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let wanted = trial.wanted(&trial.first(), &trial.actions());
    let renewal = renewal(trial, record).await?;
    for (url, form) in [(&trial.said.par, &wanted.form), (&trial.said.token, &renewal)] {
        let heard = trial.stranger.send(Ask::form(url, form)).await;
        shut_out(record, rule("unknownAuthority", "A16"), &heard)?;
    }
    let heard = trial.stranger.send(Ask::get(&trial.api("/mailboxes"))).await;
    shut_out(record, rule("apiUnknownAuthority", "T1"), &heard)?;
    trial.control(record).await
}
