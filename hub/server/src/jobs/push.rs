//! Pushing: one turn for each stream that has something to tell, all at once, so that a slow receiver takes nobody's time.
//!
//! What a turn may send and how far it came, hub-core knows; here the tokens are carried, the answers told, and both counted.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hub_core::Hub;
use hub_core::access::delivery::{Breaker, DeliveryAccess, DueStream, Next, Parcel, Shift};
use hub_core::error::{Causes, Error};
use hub_http::outbound::{Answer, Courier, Trouble};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Pushes until told to stop; what is on its way then is waited for.
pub(super) async fn run(hub: Hub, courier: Arc<Courier>, stop: CancellationToken) {
    let access = Arc::new(hub.delivery());
    let mut turns = JoinSet::new();
    let mut busy = BTreeSet::new();
    while !stop.is_cancelled() {
        match access.due().await {
            Ok(due) => {
                for stream in due.into_iter().take(STREAMS) {
                    if busy.insert(stream) {
                        turns.spawn(turn(Arc::clone(&access), Arc::clone(&courier), stream, stop.clone()));
                    }
                }
            }
            Err(error) => tracing::warn!(error = %Causes(&error), "looking for what is to be pushed"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            Some(ended) = turns.join_next() => {
                if let Ok(stream) = ended {
                    busy.remove(&stream);
                }
            }
            () = tokio::time::sleep(TICK) => {}
        }
    }
    while turns.join_next().await.is_some() {}
}

/// Says how far behind every stream is.
pub(super) async fn measure(hub: Hub) -> Result<(), Error> {
    for backlog in hub.delivery().backlogs().await? {
        let labels = [("application", backlog.client_id)];
        let breaker = match backlog.breaker {
            Breaker::Closed => 0.0,
            Breaker::HalfOpen => 1.0,
            Breaker::Open { .. } => 2.0,
        };
        metrics::gauge!("facteur_push_breaker", &labels).set(breaker);
        metrics::gauge!("facteur_push_lag_seconds", &labels).set(backlog.lag.as_secs_f64());
        metrics::gauge!("facteur_push_dead_letters", &labels).set(backlog.dead_letters as f64);
    }
    Ok(())
}

async fn turn(
    access: Arc<DeliveryAccess>,
    courier: Arc<Courier>,
    stream: DueStream,
    stop: CancellationToken,
) -> DueStream {
    let done = async {
        match access.claim(stream).await? {
            Some(shift) => Turn { shift, courier, flying: JoinSet::new(), end: None }.run(&stop).await,
            None => Ok(()),
        }
    };
    if let Err(error) = done.await {
        tracing::warn!(error = %Causes(&error), "a turn of pushing went wrong");
        metrics::counter!("facteur_job_failures_total", "job" => "push").increment(1);
        // whatever it was, it is not tried again at once
        tokio::time::sleep(TICK).await;
    }
    stream
}

/// One turn with one receiver.
struct Turn {
    shift: Shift,
    courier: Arc<Courier>,
    flying: JoinSet<(Parcel, Answer)>,
    end: Option<End>,
}

/// Why nothing more is sent in this turn.
enum End {
    /// Everything is settled, or it is somebody else's turn.
    Over,
    /// The receiver is not well.
    Unwell(Trouble, Option<Duration>),
}

impl Turn {
    async fn run(mut self, stop: &CancellationToken) -> Result<(), Error> {
        loop {
            if stop.is_cancelled() {
                self.end.get_or_insert(End::Over);
            }
            if self.end.is_none() && self.shift.has_room() {
                self.send().await?;
            }
            match (self.flying.join_next().await, &self.end) {
                (Some(Ok((parcel, answer))), _) => self.hear(parcel, answer).await?,
                // a carrier that broke: what it carried is not settled, and comes again
                (Some(Err(_)), _) => self.end = Some(End::Over),
                (None, Some(_)) => break,
                // something that was refused waits for another try
                (None, None) => tokio::time::sleep(TICK).await,
            }
            if !self.shift.keep().await? {
                return Ok(());
            }
        }
        self.close().await
    }

    async fn send(&mut self) -> Result<(), Error> {
        match self.shift.next().await? {
            Next::Send { address, parcels } => {
                for parcel in parcels {
                    let (courier, address) = (Arc::clone(&self.courier), address.clone());
                    self.flying.spawn(async move {
                        let answer = courier.push(&address, parcel.token.clone()).await;
                        (parcel, answer)
                    });
                }
            }
            Next::Done | Next::Over => self.end = Some(End::Over),
        }
        Ok(())
    }

    /// Notes an answer, and every other that is there.
    async fn hear(&mut self, parcel: Parcel, answer: Answer) -> Result<(), Error> {
        let mut next = Some((parcel, answer));
        while let Some((parcel, answer)) = next {
            self.note(&parcel, answer).await?;
            next = self.flying.try_join_next().and_then(Result::ok);
        }
        Ok(())
    }

    async fn note(&mut self, parcel: &Parcel, answer: Answer) -> Result<(), Error> {
        let application = self.shift.client_id().to_owned();
        let failed = |reason: &'static str| {
            let labels = [("application", application.clone()), ("reason", reason.to_owned())];
            metrics::counter!("facteur_push_failures_total", &labels).increment(1);
        };
        match answer {
            Answer::Taken => {
                metrics::counter!("facteur_push_sent_total", "application" => application.clone())
                    .increment(1);
                self.shift.taken(parcel).await?;
            }
            Answer::Refused(error) => {
                failed(error.name());
                if self.shift.refused(parcel, error.name()).await? {
                    tracing::warn!(application, reason = error.name(), "a change is a dead letter");
                }
            }
            Answer::Unwell { trouble, retry_after } => {
                failed(trouble.name());
                self.shift.lost(parcel);
                self.end = Some(End::Unwell(trouble, retry_after));
            }
        }
        Ok(())
    }

    async fn close(self) -> Result<(), Error> {
        match self.end {
            Some(End::Unwell(trouble, retry_after)) => {
                let application = self.shift.client_id().to_owned();
                let breaker = self.shift.failed(trouble.name(), retry_after).await?;
                if let Breaker::Open { until } = breaker {
                    let (until, reason) = (until.rfc3339(), trouble.name());
                    tracing::warn!(application, reason, until, "a receiver is left alone");
                }
                Ok(())
            }
            _ => self.shift.finished().await,
        }
    }
}

/// How often it is looked for something to push.
const TICK: Duration = Duration::from_millis(200);
/// Streams that are worked at once on this node, at each look.
const STREAMS: usize = 256;
