//! A request as a command line that a reader can paste, with marks where secrets were.

use crate::engine::Exchange;

/// Gives the command that would make this request again.
///
/// The client certificate and the authority are named by the files that `init` wrote; hidden values stay hidden.
pub(super) fn curl(exchange: &Exchange) -> String {
    let mut words = vec!["curl --globoff --include".to_owned()];
    if exchange.method != "GET" {
        words.push(format!("--request {}", quoted(&exchange.method)));
    }
    if exchange.url.starts_with("https://") {
        words.push("--cacert ca.pem".to_owned());
    }
    if exchange.tls.as_ref().is_some_and(|tls| tls.client_certificate.is_some()) {
        words.push("--cert app.pem --key app.key".to_owned());
    }
    let own = ["host", "content-length", "connection", "accept-encoding", "user-agent"];
    let headers = exchange.request_headers.iter().filter(|header| !own.contains(&header.name.as_str()));
    words.extend(
        headers.map(|header| format!("--header {}", quoted(&format!("{}: {}", header.name, header.value)))),
    );
    let body = exchange.request_body.as_ref().and_then(|body| body.text.as_deref());
    words.extend(body.map(|body| format!("--data-raw {}", quoted(body))));
    words.push(quoted(&exchange.url));
    words.join(" \\\n  ")
}

/// One word of a POSIX shell, whatever stands in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Body, Header, Party, Redactor, Seen};

    #[test]
    fn a_request_becomes_a_command_with_marks_for_secrets() {
        let seen = Seen::request(Party::App, Party::Hub, "POST", "https://hub/token?code=abcdefghij");
        let mut exchange = Redactor::new().unwrap().exchange(&seen, 0);
        exchange.request_headers = vec![
            Header { name: "accept".to_owned(), value: "it's".to_owned() },
            Header { name: "host".to_owned(), value: "hub".to_owned() },
        ];
        exchange.request_body = Some(Body { size: 3, text: Some("a=b".to_owned()), cut: false });

        let command = curl(&exchange);

        assert!(
            command.starts_with("curl --globoff --include \\\n  --request 'POST' \\\n  --cacert ca.pem"),
            "{command}"
        );
        assert!(command.contains(r"--header 'accept: it'\''s'") && command.contains("--data-raw 'a=b'"));
        assert!(command.contains("code=[hidden:code:") && !command.contains("host: hub"));
    }
}
