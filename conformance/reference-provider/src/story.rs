//! What happens after a consent: the newest letter is fetched, then the app looks for new ones until the
//! hub says that the consent has ended.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, task::JoinSet, time::sleep};

use crate::{
    config::Config,
    connection::Connection,
    error::Error,
    event::{Event, Events},
    mailbox::{Attachment, Message},
};

/// How a story ended.
enum Ending {
    /// The hub refused: the consent has ended.
    Refused,
    /// The customer disconnected here.
    Disconnected,
    /// It took too long.
    Rested,
}

/// Follows every consent that comes, each in its own task; returns with [`Config::once_story`] only.
pub(crate) async fn follow(
    mut consents: mpsc::Receiver<Arc<Connection>>,
    config: &Config,
    events: &Events,
) -> Result<(), Error> {
    let (every, limit) = (config.poll_every(), Duration::from_secs(config.poll_limit));
    let mut stories = JoinSet::new();
    loop {
        let ended = tokio::select! {
            Some(connection) = consents.recv() => {
                stories.spawn(story(connection, every, limit));
                continue;
            }
            Some(ended) = stories.join_next() => ended.unwrap_or(Err(Error::Broken("a story died"))),
            else => return Ok(()),
        };

        if let Err(error) = &ended {
            events(Event::Failed { reason: error.reason() });
        }
        if config.once_story {
            return match ended? {
                Ending::Refused => Ok(()),
                Ending::Disconnected | Ending::Rested => {
                    Err(Error::Broken("the hub did not end the consent"))
                }
            };
        }
    }
}

/// One consent, from the first fetch to the refusal.
async fn story(connection: Arc<Connection>, every: Duration, limit: Duration) -> Result<Ending, Error> {
    if let Some(ending) = ending(fetch(&connection).await)? {
        return Ok(ending);
    }
    connection.tell(Event::Following { every_seconds: every.as_secs() });

    let began = Instant::now();
    while began.elapsed() < limit {
        sleep(every).await;
        match look(&connection).await {
            Err(Error::Busy { after }) => sleep(after).await,
            Err(Error::Suspended) => {} // it may go on
            Err(error) if !error.is_final() => connection.tell(Event::Failed { reason: error.reason() }),
            other => {
                if let Some(ending) = ending(other)? {
                    return Ok(ending);
                }
            }
        }
    }
    connection.tell(Event::Rested);
    Ok(Ending::Rested)
}

/// Fetches the list, the newest message and its attachments, as far as the citizen permits it.
async fn fetch(connection: &Connection) -> Result<(), Error> {
    connection.mailboxes().await?;
    if !connection.granted().allows("list") {
        return Ok(());
    }
    let messages = connection.messages(None).await?;
    connection.tell(Event::Messages { listed: messages.items.len(), total: messages.total });

    let Some(newest) = messages.items.first().filter(|_| connection.granted().allows("readContent")) else {
        return Ok(());
    };
    let message = connection.message(&newest.message_id).await?;
    connection.tell(Event::Message {
        message_id: message.message_id.clone(),
        subject: message.subject.text().to_owned(),
        sender: message.sender_organization.name.text().to_owned(),
        attachments: message.attachments.len(),
    });
    for attachment in &message.attachments {
        fetch_attachment(connection, &message, attachment).await?;
    }
    Ok(())
}

/// Fetches an attachment to check it; the app keeps no copy.
async fn fetch_attachment(
    connection: &Connection,
    message: &Message,
    attachment: &Attachment,
) -> Result<(), Error> {
    let size = connection.attachment(&message.message_id, attachment, &mut tokio::io::sink()).await?;
    let (file_name, sha256) = (attachment.file_name.clone(), attachment.digest.digest_value.clone());
    connection.tell(Event::Attachment { file_name, size, sha256 });
    Ok(())
}

/// Looks for new messages; while nothing changed that costs the hub next to nothing.
async fn look(connection: &Connection) -> Result<(), Error> {
    if connection.granted().allows("list") {
        connection.news().await.map(drop)
    } else {
        connection.mailboxes().await.map(drop)
    }
}

/// Tells an ending from going on and from an error.
fn ending(outcome: Result<(), Error>) -> Result<Option<Ending>, Error> {
    match outcome {
        Ok(()) => Ok(None),
        Err(Error::ConsentEnded(_)) => Ok(Some(Ending::Refused)),
        Err(Error::NotConnected) => Ok(Some(Ending::Disconnected)),
        Err(error) => Err(error),
    }
}
