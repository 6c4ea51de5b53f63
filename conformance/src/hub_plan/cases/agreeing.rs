//! From the browser's first step to its way back: what opens a request, and what stands in the address of the return.

use std::time::Duration;

use super::{Told, case};
use crate::engine::Polarity::{Accept, Observe, Refuse};
use crate::engine::{Case, Record, Stopwatch};
use crate::hub_plan::at::At;
use crate::hub_plan::citizen::Wish;
use crate::hub_plan::conditions::{leads_nowhere, refused, rule};
use crate::hub_plan::flow::{Asked, Back};
use crate::hub_plan::request::{Answer, Ask, brief};
use crate::hub_plan::trial::{Trial, Who};
use crate::profile::Capability;

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "A request that was not pushed opens nothing",
        what: "Sends a browser with all parameters in the address instead of a request_uri.",
        why: "What stands in an address can be changed by whoever sits in between.",
        causes: &["Pushing is offered and not required."],
        ..case("A20", "authorizing", Refuse, &["A20"], |trial, record| Box::pin(not_pushed(trial, record)))
    },
    Case {
        title: "Nobody is redirected to an address that is not registered",
        what: "Sends browsers with unknown requests and with a redirect_uri of somebody else in the address.",
        why: "A hub that redirects anywhere is a tool for phishing.",
        causes: &["Errors are sent to whatever redirect_uri stands in the address."],
        ..case("A34", "authorizing", Refuse, &["A34"], |trial, record| {
            Box::pin(no_open_redirector(trial, record))
        })
    },
    Case {
        title: "A request opens for the client that pushed it only",
        what: "Opens the first provider's request_uri with the client_id of the second.",
        why: "Otherwise one provider can have a citizen answer another's request.",
        causes: &["The request is looked up by its address alone."],
        ..case("A26", "authorizing", Refuse, &["A26"], |trial, record| Box::pin(other_client(trial, record)))
    },
    Case {
        title: "A request that has expired opens nothing",
        what: "Waits until a request_uri has expired and opens it.",
        why: "An old address in a history must not open a request again.",
        causes: &["expires_in is told and not kept."],
        needs: &[Capability::Patience],
        ..case("A27", "authorizing", Refuse, &["A27"], |trial, record| Box::pin(expired(trial, record)))
    },
    Case {
        title: "The way back names issuer and state and carries one code",
        what: "Has the citizen agree and looks at the address of the return.",
        why: "By iss a provider knows which hub answers, by state whose browser it is.",
        causes: &["iss is advertised and not sent.", "The state is cut or encoded twice."],
        ..case("A35", "authorizing", Accept, &["A35"], |trial, record| Box::pin(way_back(trial, record)))
    },
    Case {
        title: "What stands in the query never replaces what was pushed",
        what: "Sends the browser with another state and redirect_uri beside the request_uri.",
        why: "The pushed request is what the provider signed for with its certificate.",
        causes: &["Parameters are merged, the query last."],
        ..case("A29", "authorizing", Refuse, &["A29"], |trial, record| {
            Box::pin(query_wins_not(trial, record))
        })
    },
    Case {
        title: "Loading the page early is harmless, and deciding again gives no second code",
        what: "Opens the address twice without a citizen, has the citizen agree, and then again.",
        why: "Previews of links load pages; a code that can be had twice can be had by somebody else.",
        causes: &["The request is used up by the first load.", "The request is kept after the decision."],
        ..case("A28", "authorizing", Refuse, &["A28"], |trial, record| Box::pin(used_up(trial, record)))
    },
    Case {
        title: "A citizen who refuses is sent back with access_denied",
        what: "Has the citizen refuse and looks at the address of the return.",
        why: "The provider must be able to say what happened, and to whom.",
        causes: &["iss or state are left out of errors."],
        needs: &[Capability::Refusal],
        ..case("A41", "authorizing", Observe, &["A41", "A35"], |trial, record| {
            Box::pin(refusal(trial, record))
        })
    },
];

async fn pushed(trial: &Trial, record: &Record) -> Result<Asked, crate::engine::Stop> {
    let first = trial.first();
    let wanted = trial.wanted(&first, &trial.actions());
    trial.asked(record, &first, &wanted).await
}

async fn not_pushed(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let wanted = trial.wanted(&trial.first(), &trial.actions());
    let pairs: Vec<(&str, &str)> =
        wanted.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let url = trial.said.authorization_with(&pairs);
    let heard = trial.nobody.send(Ask::get(&url)).await;
    let refused = heard.as_ref().is_ok_and(|answer| answer.status >= 400);
    leads_nowhere(record, rule("noRedirect", "A20"), &heard, &trial.profile.hub.issuer)?;
    record.expect(rule("errorPage", "A20"), refused, "an error page", brief(&heard))?;
    trial.control(record).await
}

async fn no_open_redirector(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let (first, issuer) = (trial.first(), trial.profile.hub.issuer.clone());
    let unknown = "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let away = [("redirect_uri", "https://elsewhere.example/"), ("state", "x")];
    let addresses = [
        trial.said.authorization(&first.client_id, unknown, &away),
        trial.said.authorization("nobody-app", unknown, &away),
        trial.said.authorization(&first.client_id, "https://elsewhere.example/request", &away),
        trial.said.authorization(&first.client_id, "", &away),
        trial.said.authorization("", "", &away),
    ];
    for url in addresses {
        let heard = trial.nobody.send(Ask::get(&url)).await;
        leads_nowhere(record, rule("noOpenRedirect", "A34"), &heard, &issuer)?;
    }
    trial.control(record).await
}

async fn other_client(trial: &mut Trial, record: &mut Record) -> Told {
    let (asked, second) = (pushed(trial, record).await?, trial.second());
    let url = trial.said.authorization(&second.client_id, &asked.request_uri, &[]);
    let heard = trial.nobody.send(Ask::get(&url)).await;
    leads_nowhere(record, rule("noRedirect", "A26"), &heard, &trial.profile.hub.issuer)?;
    let refused = heard.as_ref().is_ok_and(|answer| answer.status >= 400);
    record.expect(rule("errorPage", "A26"), refused, "an error page", brief(&heard))?;
    // the same request under its own client's name opens
    let heard = trial.nobody.send(Ask::get(&asked.url)).await;
    let opens = heard.as_ref().is_ok_and(|answer| answer.status < 400);
    if opens {
        Ok(())
    } else {
        Err(record.blocked(format!("a right request does not open: {}", brief(&heard))))
    }
}

async fn expired(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let wanted = trial.wanted(&first, &trial.actions());
    let watch = Stopwatch::start();
    let heard = trial.push(&first, &wanted.form).await;
    let said = heard.as_ref().map(Answer::json).unwrap_or_default();
    let (Some(uri), Some(seconds)) = (said.at("request_uri").as_str(), said.at("expires_in").as_u64()) else {
        return Err(record.blocked(format!("a right request could not be pushed: {}", brief(&heard))));
    };
    let over = Duration::from_secs(seconds + 2).saturating_sub(watch.elapsed());
    record.note(format!("waits {} seconds", over.as_secs()));
    tokio::time::sleep(over).await;
    let heard = trial.nobody.send(Ask::get(&trial.said.authorization(&first.client_id, uri, &[]))).await;
    leads_nowhere(record, rule("noRedirect", "A27"), &heard, &trial.profile.hub.issuer)?;
    let refused = heard.as_ref().is_ok_and(|answer| answer.status >= 400);
    record.expect(rule("errorPage", "A27"), refused, "an error page", brief(&heard))?;
    trial.control(record).await
}

/// The way back is that of this request: registered address, issuer, state.
fn is_right(
    record: &mut Record,
    trial: &Trial,
    asked: &Asked,
    back: &Back,
    requirement: &'static str,
) -> Told {
    let (registered, issuer) = (trial.first().redirect_uri.clone(), trial.profile.hub.issuer.clone());
    let place = back.url.split('?').next().unwrap_or_default().to_owned();
    record.equal(rule("registeredAddress", requirement), registered.as_str(), &place)?;
    record.equal(rule("issuer", requirement), issuer.as_str(), back.get("iss"))?;
    let own = back.get("state") == asked.state;
    record.expect(
        rule("state", requirement),
        own,
        "the state that was pushed",
        if own { "it" } else { "another one or none" },
    )
}

async fn way_back(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let asked = pushed(trial, record).await?;
    let Some(back) = trial.follows(record, &asked, &asked.url, Wish::Agree).await? else {
        return Err(record.blocked("the citizen was not sent back"));
    };
    is_right(record, trial, &asked, &back, "A35")?;
    for name in ["code", "iss", "state"] {
        record.equal(rule("once", "A35"), 1, back.count(name))?;
    }
    let names = back.names();
    let token =
        ["access_token", "id_token", "refresh_token", "grant_id"].iter().any(|name| back.count(name) > 0);
    record.expect(
        rule("noTokens", "A35"),
        !token && !back.url.contains('#'),
        "a code and no token",
        names,
    )?;
    let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
    trial.granted(record, Who::First, &heard).map(|_| ())
}

async fn query_wins_not(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let asked = pushed(trial, record).await?;
    let more = [
        ("state", "another-state"),
        ("redirect_uri", "https://elsewhere.example/"),
        ("response_type", "token"),
        ("scope", "everything"),
    ];
    let url = trial.said.authorization(&first.client_id, &asked.request_uri, &more);
    let heard = trial.nobody.send(Ask::get(&url)).await;
    leads_nowhere(record, rule("noRedirect", "A29"), &heard, &trial.profile.hub.issuer)?;
    // to refuse such an address altogether is safe too
    if heard.as_ref().is_ok_and(|answer| answer.status >= 400) {
        return trial.control(record).await;
    }
    let Some(back) = trial.follows(record, &asked, &url, Wish::Agree).await? else {
        return Err(record.blocked("the citizen was not sent back, and the address opens a page"));
    };
    is_right(record, trial, &asked, &back, "A29")?;
    let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
    trial.granted(record, Who::First, &heard)?;
    trial.control(record).await
}

async fn used_up(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let asked = pushed(trial, record).await?;
    for _ in 0..2 {
        let heard = trial.nobody.send(Ask::get(&asked.url)).await;
        let opens = heard.as_ref().is_ok_and(|answer| answer.status < 400);
        record.should(rule("loadedEarly", "A28"), opens, "a page", brief(&heard));
    }
    let back = match trial.follows(record, &asked, &asked.url, Wish::Agree).await? {
        Some(back) if back.count("code") == 1 => back,
        _ => {
            record.should(
                rule("stillOpens", "A28"),
                false,
                "a code after the page was loaded before",
                "none",
            );
            return trial.control(record).await;
        }
    };
    let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
    trial.granted(record, Who::First, &heard)?;
    let again = trial.follows(record, &asked, &asked.url, Wish::Agree).await?;
    let code = again.as_ref().map(|back| back.get("code").to_owned()).unwrap_or_default();
    record.should(
        rule("noSecondCode", "A28"),
        code.is_empty(),
        "no second code",
        if code.is_empty() { "none" } else { "a code" },
    );
    if let Some(back) = again.filter(|_| !code.is_empty()) {
        let heard = trial.token(&first, &Trial::redemption(&first, &asked, &back)).await;
        refused(record, rule("secondCodeWorthless", "A28"), &heard, &["invalid_grant"])?;
    }
    trial.control(record).await
}

async fn refusal(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let asked = pushed(trial, record).await?;
    let Some(back) = trial.follows(record, &asked, &asked.url, Wish::Refuse).await? else {
        return Err(record.fail(rule("sentBack", "A41"), "the citizen is sent back", "stayed at the hub"));
    };
    record.equal(rule("accessDenied", "A41"), "access_denied", back.get("error"))?;
    record.equal(rule("noCode", "A41"), 0, back.count("code"))?;
    is_right(record, trial, &asked, &back, "A41")?;
    record.equal(rule("issuerOfErrors", "A35"), 1, back.count("iss"))?;
    trial.control(record).await
}
