//! IMAP (RFC 9051) as far as the benchmark speaks it: log in, fill a mailbox, fetch fifty envelopes.

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A connection that is logged in.
pub(crate) struct Imap {
    stream: BufStream<TlsStream<TcpStream>>,
    line: Vec<u8>,
}

impl Imap {
    /// Logs in over a connection that was just opened.
    pub(crate) async fn log_in(stream: TlsStream<TcpStream>, (user, password): (&str, &str)) -> Self {
        let mut imap = Self { stream: BufStream::new(stream), line: Vec::new() };
        imap.read().await;
        assert!(imap.line.starts_with(b"* OK"), "{}", imap.told());
        imap.does(format!("LOGIN {user} {password}").as_bytes()).await;
        imap
    }

    /// Has one command carried out, which must go well.
    pub(crate) async fn does(&mut self, command: &[u8]) {
        self.send(&[b"a ", command, b"\r\n"]).await;
        self.done().await;
    }

    /// Puts messages into a mailbox, all at once (RFC 3502, RFC 7888).
    pub(crate) async fn appends(&mut self, mailbox: &str, messages: &[String]) {
        let literal = |message: &String| format!(" {{{}+}}\r\n{message}", message.len());
        let all: String = messages.iter().map(literal).collect();
        self.does(format!("APPEND {mailbox}{all}").as_bytes()).await;
    }

    /// Opens a mailbox of a hundred messages and fetches the envelopes of the newest fifty; gives the bytes of the answer.
    pub(crate) async fn newest(&mut self, mailbox: &str) -> u64 {
        let examine = format!("a EXAMINE {mailbox}\r\n");
        self.send(&[examine.as_bytes(), FETCH]).await;
        let opened = self.done().await;
        let fetched = self.done().await;
        assert_eq!(fetched.envelopes, 50, "{}", self.told());
        opened.bytes + fetched.bytes
    }

    async fn send(&mut self, words: &[&[u8]]) {
        for word in words {
            self.stream.write_all(word).await.unwrap();
        }
        self.stream.flush().await.unwrap();
    }

    /// Reads until a command is done, which must have gone well.
    async fn done(&mut self) -> Answered {
        let mut answered = Answered { envelopes: 0, bytes: 0 };
        loop {
            self.read().await;
            answered.bytes += self.line.len() as u64;
            if self.line.starts_with(b"a ") {
                assert!(self.line.starts_with(b"a OK"), "{}", self.told());
                return answered;
            }
            if self.line.windows(ENVELOPE.len()).any(|part| part == ENVELOPE) {
                answered.envelopes += 1;
            }
        }
    }

    async fn read(&mut self) {
        self.line.clear();
        let read = self.stream.read_until(b'\n', &mut self.line).await.unwrap();
        assert_ne!(read, 0, "the mail server went away");
    }

    fn told(&self) -> String {
        String::from_utf8_lossy(&self.line).into_owned()
    }
}

/// What came before a command was done.
struct Answered {
    envelopes: usize,
    bytes: u64,
}

const FETCH: &[u8] = b"a FETCH 51:100 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)\r\n";
const ENVELOPE: &[u8] = b" ENVELOPE (";
