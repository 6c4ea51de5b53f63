//! Names that say their value is a secret: of parameters, of headers, of members of JSON.

/// Says whether a value under `name` is hidden. Case, `-` and `_` make no difference.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    EXACT.contains(&plain.as_str())
        || INSIDE.iter().any(|part| plain.contains(part))
        || ENDINGS.iter().any(|ending| plain.ends_with(ending))
}

/// Says whether the member `name` of a JSON document is hidden: like parameters, but for names that mean other things there.
pub(super) fn is_secret_member(name: &str) -> bool {
    !matches!(name, "state" | "code" | "nonce" | "session") && is_secret(name)
}

/// Says whether the member `name` of a JSON Web Key is private (RFC 7518 6.2.2, 6.3.2 and 6.4.1). Elsewhere its letter
/// means something else.
pub(super) fn is_secret_of_key(name: &str) -> bool {
    matches!(name, "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k")
}

/// OAuth parameters, headers that carry credentials, and names of the number of a person. Whoever reads a `request_uri` along can open the consent first.
const EXACT: &[&str] = &[
    "code",
    "codeverifier",
    "state",
    "nonce",
    "authorization",
    "proxyauthorization",
    "cookie",
    "setcookie",
    "dpop",
    "jwt",
    "requesturi",
    "key",
    "pem",
    "pin",
    "otp",
    "session",
    "sid",
    "userinfo",
    "ssin",
    "niss",
    "insz",
    "rrn",
    "nationalnumber",
    "password",
];
const INSIDE: &[&str] =
    &["secret", "password", "passphrase", "privatekey", "signingkey", "apikey", "credential"];
const ENDINGS: &[&str] = &["token", "assertion", "cookie", "cookies", "sessionid", "accesskey"];

#[cfg(test)]
mod tests {
    use super::{is_secret, is_secret_member};

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        let names = [
            "access_token",
            "refreshToken",
            "code",
            "client_secret",
            "X-Api-Key",
            "client_assertion",
            "Set-Cookie",
            "request_uri",
            "ssin",
            "nationalNumber",
        ];
        for name in names {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn the_state_of_a_flow_is_no_secret_in_json() {
        assert!(is_secret("state") && !is_secret_member("state"));
        assert!(is_secret_member("access_token"));
    }

    #[test]
    fn names_beside_them_stay_readable() {
        let names = [
            "token_type",
            "token_endpoint",
            "code_challenge",
            "keys",
            "kid",
            "pushed_authorization_request_endpoint",
            "q",
            "iss",
            "response_type",
        ];
        for name in names {
            assert!(!is_secret(name), "{name}");
        }
    }
}
