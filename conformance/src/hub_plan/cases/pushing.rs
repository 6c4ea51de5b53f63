//! Pushed authorization requests: who may push, and what is said at once instead of later in the browser.
//!
//! Each refusal stands between two right requests that are taken, and differs from them in one thing.

use http::Method;
use serde_json::{Value, json};

use super::{Told, case};
use crate::engine::Polarity::{Observe, Refuse};
use crate::engine::{Case, Record, Rule};
use crate::hub_plan::conditions::{answered, bits, refused, rule, shut_out, status, tails};
use crate::hub_plan::flow::Wanted;
use crate::hub_plan::request::{Ask, Form, brief, form, with};
use crate::hub_plan::trial::Trial;

pub(super) const CASES: &[Case<Trial>] = &[
    Case {
        title: "A right request is answered 201 with a short-lived request_uri that is not to be cached",
        what: "Pushes a right request.",
        why: "A request_uri that lives long or lies in a cache can be used by others.",
        causes: &["expires_in of ten minutes or more.", "200 instead of 201."],
        ..case("A21", "pushing", Observe, &["A21"], |trial, record| Box::pin(taken(trial, record)))
    },
    Case {
        title: "A request_uri cannot be guessed",
        what: "Pushes sixteen right requests and looks at what differs between their addresses.",
        why: "Whoever guesses it opens another's request.",
        causes: &["Numbers, dates or short random parts."],
        ..case("A22", "pushing", Observe, &["A22"], |trial, record| Box::pin(unguessable(trial, record)))
    },
    Case {
        title: "A request with another client's certificate is refused",
        what: "The second provider pushes, with its certificate, a request that names the first one's client_id.",
        why: "Otherwise any provider can ask in another's name.",
        causes: &["client_id is believed once any certificate is trusted."],
        ..case("A19", "pushing", Refuse, &["A19", "A16"], |trial, record| {
            Box::pin(foreign_certificate(trial, record))
        })
    },
    Case {
        title: "A request without client_id is refused",
        what: "Pushes a right request without client_id.",
        why: "A certificate may be registered for several clients (RFC 8705 2).",
        causes: &["The client is looked up by its certificate alone."],
        ..case("A16-unnamed", "pushing", Refuse, &["A16"], |trial, record| Box::pin(unnamed(trial, record)))
    },
    Case {
        title: "A pushed request that carries request_uri is refused",
        what: "Pushes a right request with the request_uri of another one in it.",
        why: "It would let one request stand for another (RFC 9126 2.1).",
        causes: &["Unknown and forbidden parameters are passed over alike."],
        ..case("A23", "pushing", Refuse, &["A23"], |trial, record| Box::pin(nested(trial, record)))
    },
    Case {
        title: "A redirect URI that is not registered letter by letter is refused when pushed",
        what: "Pushes the registered redirect URI with one thing changed: path, host, scheme, query, fragment, user, case.",
        why: "A code that is sent to a look-alike address is a stolen code.",
        causes: &["Redirect URIs are compared by prefix or after normalising."],
        ..case("A34-registered", "pushing", Refuse, &["A34", "A24"], |trial, record| {
            Box::pin(look_alikes(trial, record))
        })
    },
    Case {
        title: "A request without redirect_uri is refused",
        what: "Pushes a right request without redirect_uri.",
        why: "A default makes two flows with two addresses look alike.",
        causes: &["The only registered address is taken when none is named."],
        ..case("A32", "pushing", Refuse, &["A32"], |trial, record| Box::pin(no_redirect_uri(trial, record)))
    },
    Case {
        title: "A request without a challenge is refused",
        what: "Pushes a right request without code_challenge.",
        why: "Without PKCE a stolen code can be redeemed in another session.",
        causes: &["PKCE is asked of public clients only."],
        ..case("A31-absent", "pushing", Refuse, &["A31"], |trial, record| {
            Box::pin(no_challenge(trial, record))
        })
    },
    Case {
        title: "A plain challenge is refused",
        what: "Pushes code_challenge_method=plain, and a challenge without a method, which means plain.",
        why: "A plain challenge is the verifier: whoever sees the request can redeem the code.",
        causes: &["Only a missing challenge is refused."],
        ..case("A31-plain", "pushing", Refuse, &["A31"], |trial, record| {
            Box::pin(plain_challenge(trial, record))
        })
    },
    Case {
        title: "Every response_type but code is refused",
        what: "Pushes `token`, `code id_token`, `none`, and none at all.",
        why: "Other types hand out tokens through the browser.",
        causes: &["The library under the hub offers them by default."],
        ..case("A30", "pushing", Refuse, &["A30"], |trial, record| Box::pin(response_types(trial, record)))
    },
    Case {
        title: "Authorization details of any other shape are refused",
        what: "Pushes an unknown type, an unknown member, a missing member, an unknown action, a wrong type of value, and no JSON.",
        why: "What is passed over is agreed to by nobody and believed to be granted by the provider.",
        causes: &["Unknown members are ignored."],
        ..case("A52", "pushing", Refuse, &["A52", "A24"], |trial, record| {
            Box::pin(wrong_details(trial, record))
        })
    },
    Case {
        title: "A parameter that comes twice is refused",
        what: "Pushes a right request with one of its parameters a second time.",
        why: "Two parts of a system that read different ones can be played against each other.",
        causes: &["The framework takes the first or the last one silently."],
        ..case("A46-push", "pushing", Refuse, &["A46"], |trial, record| Box::pin(twice(trial, record)))
    },
    Case {
        title: "Only POST is answered",
        what: "Sends GET, PUT and DELETE to the endpoint of pushed requests.",
        why: "What stands in an address stands in logs.",
        causes: &["The route takes every method."],
        ..case("A25", "pushing", Refuse, &["A25"], |trial, record| Box::pin(methods(trial, record)))
    },
    Case {
        title: "A form that is too large is refused",
        what: "Pushes two megabytes.",
        why: "Otherwise one client can fill a server.",
        causes: &["There is no limit, or only that of the framework."],
        ..case("A25-large", "pushing", Refuse, &["A25"], |trial, record| Box::pin(too_large(trial, record)))
    },
    Case {
        title: "The password grant and unknown grants are refused",
        what: "Asks for tokens with grant_type=password, implicit and one that does not exist.",
        why: "A password that is given to a provider is lost.",
        causes: &["The library under the hub offers them by default."],
        ..case("A11", "pushing", Refuse, &["A11", "A46"], |trial, record| Box::pin(grants(trial, record)))
    },
];

/// A right request of the first provider.
fn right(trial: &Trial) -> Wanted {
    trial.wanted(&trial.first(), &trial.actions())
}

/// What is wrong with a request is said when it is pushed.
const SAID_AT_ONCE: Rule = rule("whenPushed", "A24");

/// Each of these forms is refused with one of these codes, and a right one is taken before and after.
async fn each_refused(
    trial: &Trial,
    record: &mut Record,
    rules: &[Rule],
    forms: Vec<(String, Form)>,
    codes: &[&str],
) -> Told {
    trial.control(record).await?;
    let first = trial.first();
    for (what, form) in forms {
        let heard = trial.push(&first, &form).await;
        record.note(format!("pushed: {what}"));
        for rule in rules {
            refused(record, *rule, &heard, codes)?;
        }
    }
    trial.control(record).await
}

async fn taken(trial: &mut Trial, record: &mut Record) -> Told {
    let heard = trial.push(&trial.first(), &right(trial).form).await;
    status(record, rule("created", "A21"), &heard, &[201])?;
    let answer = answered(record, rule("answers", "A21"), heard)?;
    record.equal(rule("isJson", "A21"), "application/json", answer.media_type().as_str())?;
    let uri = answer.text("request_uri").unwrap_or_default();
    record.expect(rule("hasUri", "A21"), uri.starts_with("urn:"), "a request_uri", &uri)?;
    let seconds = answer.json().get("expires_in").and_then(Value::as_u64);
    let short = seconds.is_some_and(|seconds| (1..600).contains(&seconds));
    record.expect(rule("shortLived", "A21"), short, "expires_in of 1 to 599", format!("{seconds:?}"))?;
    let cache = answer.header("cache-control").to_owned();
    record.expect(rule("notCached", "A21"), cache.contains("no-store"), "Cache-Control: no-store", cache)
}

async fn unguessable(trial: &mut Trial, record: &mut Record) -> Told {
    let first = trial.first();
    let mut samples = Vec::new();
    for _ in 0..16 {
        samples.push(trial.asked(record, &first, &right(trial)).await?.request_uri);
    }
    let held = bits(&tails(&samples));
    record.expect(
        rule("unguessable", "A22"),
        held >= 128.0,
        "128 bits or more",
        format!("{held:.0} bits at most"),
    )
}

async fn foreign_certificate(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let heard = trial.push(&trial.second(), &right(trial).form).await;
    for requirement in ["A19", "A16"] {
        shut_out(record, rule("certificateOfAnother", requirement), &heard)?;
    }
    trial.control(record).await
}

async fn unnamed(trial: &mut Trial, record: &mut Record) -> Told {
    let form = with(&right(trial).form, "client_id", None);
    each_refused(
        trial,
        record,
        &[rule("unnamed", "A16")],
        vec![("no client_id".into(), form)],
        &["invalid_request", "invalid_client"],
    )
    .await
}

async fn nested(trial: &mut Trial, record: &mut Record) -> Told {
    let other = trial.asked(record, &trial.first(), &right(trial)).await?;
    let form = with(&right(trial).form, "request_uri", Some(&other.request_uri));
    each_refused(
        trial,
        record,
        &[rule("nested", "A23")],
        vec![("request_uri".into(), form)],
        &["invalid_request"],
    )
    .await
}

async fn look_alikes(trial: &mut Trial, record: &mut Record) -> Told {
    let known = trial.first().redirect_uri.clone();
    let (scheme, rest) = known.split_once("://").unwrap_or(("https", &known));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let others = [
        format!("{known}/more"),
        format!("{known}?more=1"),
        format!("{known}#more"),
        format!("{scheme}://{host}/"),
        format!("{scheme}://{host}.elsewhere.example/{path}"),
        format!("{scheme}://{host}@elsewhere.example/{path}"),
        format!("{scheme}://somebody@{host}/{path}"),
        format!("http://{host}/{path}"),
        format!("{scheme}://{host}/{}", path.to_uppercase()),
        format!("{scheme}://{host}//{path}"),
        format!("{known}%20"),
        "https://elsewhere.example/callback".to_owned(),
    ];
    let forms = others.into_iter().filter(|other| *other != known).map(|other| {
        let form = with(&right(trial).form, "redirect_uri", Some(&other));
        (other, form)
    });
    let forms = forms.collect();
    each_refused(
        trial,
        record,
        &[rule("lookAlike", "A34"), SAID_AT_ONCE],
        forms,
        &["invalid_request", "invalid_redirect_uri"],
    )
    .await
}

async fn no_redirect_uri(trial: &mut Trial, record: &mut Record) -> Told {
    let form = with(&right(trial).form, "redirect_uri", None);
    each_refused(
        trial,
        record,
        &[rule("noRedirectUri", "A32")],
        vec![("no redirect_uri".into(), form)],
        &["invalid_request"],
    )
    .await
}

async fn no_challenge(trial: &mut Trial, record: &mut Record) -> Told {
    let form = with(&with(&right(trial).form, "code_challenge", None), "code_challenge_method", None);
    let empty = with(&right(trial).form, "code_challenge", Some(""));
    let forms = vec![("no challenge".into(), form), ("an empty challenge".into(), empty)];
    each_refused(trial, record, &[rule("noChallenge", "A31")], forms, &["invalid_request"]).await
}

async fn plain_challenge(trial: &mut Trial, record: &mut Record) -> Told {
    let plain = with(&right(trial).form, "code_challenge_method", Some("plain"));
    let unsaid = with(&right(trial).form, "code_challenge_method", None);
    let forms = vec![("plain".into(), plain), ("no method".into(), unsaid)];
    each_refused(trial, record, &[rule("plain", "A31")], forms, &["invalid_request"]).await
}

async fn response_types(trial: &mut Trial, record: &mut Record) -> Told {
    let mut forms: Vec<(String, Form)> = ["token", "code id_token", "none", "code token"]
        .map(|name| (name.to_owned(), with(&right(trial).form, "response_type", Some(name))))
        .into();
    forms.push(("no response_type".into(), with(&right(trial).form, "response_type", None)));
    each_refused(
        trial,
        record,
        &[rule("onlyCode", "A30")],
        forms,
        &["unsupported_response_type", "invalid_request"],
    )
    .await
}

async fn wrong_details(trial: &mut Trial, record: &mut Record) -> Told {
    let right_details = trial.details(&trial.actions());
    let changed = |member: &str, value: Option<Value>| {
        let mut details = right_details.clone();
        if let Some(members) = details.as_object_mut() {
            members.remove(member);
            members.extend(value.map(|value| (member.to_owned(), value)));
        }
        json!([details]).to_string()
    };
    let wrong = [
        ("an unknown type", changed("type", Some(json!("account")))),
        ("an unknown member", changed("colour", Some(json!("red")))),
        ("no actions", changed("actions", None)),
        ("an unknown action", changed("actions", Some(json!(["list", "destroy"])))),
        ("actions that are no list", changed("actions", Some(json!("list")))),
        ("a duration that is none", changed("duration", Some(json!("for ever")))),
        ("another API", changed("locations", Some(json!(["https://elsewhere.example/mailbox"])))),
        ("no JSON", "[{".to_owned()),
        ("no list", "{}".to_owned()),
    ];
    let forms = wrong.map(|(what, details)| {
        (what.to_owned(), with(&right(trial).form, "authorization_details", Some(&details)))
    });
    each_refused(
        trial,
        record,
        &[rule("wrongDetails", "A52"), SAID_AT_ONCE],
        forms.into(),
        &["invalid_authorization_details"],
    )
    .await
}

async fn twice(trial: &mut Trial, record: &mut Record) -> Told {
    let wanted = right(trial).form;
    let forms = wanted.iter().map(|(name, value)| {
        let second = if name == "state" { "another" } else { value };
        let mut form = wanted.clone();
        form.push((name.clone(), second.to_owned()));
        (format!("{name} twice"), form)
    });
    let forms = forms.collect();
    each_refused(trial, record, &[rule("twice", "A46")], forms, &["invalid_request"]).await?;
    let heard = trial.push(&trial.first(), &with(&right(trial).form, "redirect_uri", None)).await;
    let answer = answered(record, rule("answers", "A46"), heard)?;
    let said = answer.text("error_description").unwrap_or_default();
    let plain = said.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
    record.expect(rule("plainDescription", "A46"), plain, "a description in plain ASCII", said)
}

async fn methods(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let (first, par) = (trial.first(), trial.said.par.clone());
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let heard = first.caller.send(Ask::new(method.clone(), &par)).await;
        record.note(format!("sent: {method}"));
        status(record, rule("onlyPost", "A25"), &heard, &[405])?;
    }
    trial.control(record).await
}

async fn too_large(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let huge = with(&right(trial).form, "state", Some(&"x".repeat(2_000_000)));
    let heard = trial.push(&trial.first(), &huge).await;
    let cut = matches!(&heard, Err(crate::hub_plan::request::NoAnswer::Dropped(_)));
    let holds = cut || heard.as_ref().is_ok_and(|answer| matches!(answer.status, 400 | 413));
    record.expect(rule("tooLarge", "A25"), holds, "413, 400 or an end of the connection", brief(&heard))?;
    trial.control(record).await
}

async fn grants(trial: &mut Trial, record: &mut Record) -> Told {
    trial.control(record).await?;
    let first = trial.first();
    for name in ["password", "implicit", "urn:example:unknown"] {
        let asked = form(&[
            ("client_id", &first.client_id),
            ("grant_type", name),
            ("username", "somebody"),
            ("password", "something"),
        ]);
        let heard = trial.token(&first, &asked).await;
        record.note(format!("grant_type {name}"));
        refused(
            record,
            rule("otherGrant", "A11"),
            &heard,
            &["unsupported_grant_type", "unauthorized_client"],
        )?;
    }
    let double = form(&[
        ("client_id", &first.client_id),
        ("grant_type", "client_credentials"),
        ("grant_type", "client_credentials"),
    ]);
    let heard = trial.token(&first, &double).await;
    refused(record, rule("twice", "A46"), &heard, &["invalid_request"])?;
    trial.control(record).await
}
