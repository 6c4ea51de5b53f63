//! Pushing: one turn for each stream that has something to tell, all at once, so that a slow receiver takes nobody's time.
//!
//! What a turn may send and how far it came, hub-core knows; here the tokens are carried, the answers told, and both counted.

mod gauges;

use std::sync::Arc;
use std::time::Duration;

use hub_core::Hub;
use hub_core::access::delivery::{Breaker, DeliveryAccess, DueStream, Fate, Next, Parcel, Shift};
use hub_core::error::{Causes, Error};
use hub_http::outbound::{Answer, Courier, Trouble};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub(super) use gauges::Gauges;

/// Pushes until told to stop; what is on its way then is waited for.
pub(super) async fn run(hub: Hub, courier: Arc<Courier>, stop: CancellationToken) {
    let access = Arc::new(hub.delivery());
    let mut turns = JoinSet::new();
    let mut busy = Vec::new();
    while !stop.is_cancelled() {
        match access.due().await {
            Ok(due) => {
                for stream in due.into_iter().take(STREAMS) {
                    if !busy.iter().any(|(_, known)| *known == stream) {
                        let work = turn(Arc::clone(&access), Arc::clone(&courier), stream, stop.clone());
                        busy.push((turns.spawn(work).id(), stream));
                    }
                }
            }
            Err(error) => tracing::warn!(error = %Causes(&error), "looking for what is to be pushed"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            Some(ended) = turns.join_next_with_id() => {
                // one that broke is over like any other
                let over = ended.map_or_else(|broken| broken.id(), |(id, ())| id);
                busy.retain(|(id, _)| *id != over);
            }
            () = tokio::time::sleep(TICK) => {}
        }
    }
    while turns.join_next().await.is_some() {}
}

async fn turn(
    access: Arc<DeliveryAccess>,
    courier: Arc<Courier>,
    stream: DueStream,
    stop: CancellationToken,
) {
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
    /// There is no place for another dead letter.
    Full,
}

impl End {
    /// Both together: what was found first, and the longest pause that was asked for.
    fn and(self, later: Self) -> Self {
        match (self, later) {
            (Self::Unwell(trouble, asked), Self::Unwell(_, more)) => Self::Unwell(trouble, asked.max(more)),
            (Self::Over, later @ Self::Unwell(..)) => later,
            (first, _) => first,
        }
    }
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
                (Some(Err(_)), _) => self.ends(End::Over),
                (None, Some(End::Unwell(_, asked))) if self.shift.is_well_but_for_these(asked.is_some()) => {
                    self.end = None;
                }
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
            Next::Done | Next::Over => self.ends(End::Over),
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
                if !self.shift.taken(parcel).await? {
                    self.ends(End::Over);
                }
            }
            Answer::Refused(reason) => {
                failed(reason);
                let fate = self.shift.refused(parcel, reason).await?;
                self.meets(fate, (reason, End::Over));
            }
            Answer::Unwell { trouble, retry_after } => {
                failed(trouble.name());
                let fate = self.shift.unwell(parcel, retry_after.is_some()).await?;
                self.meets(fate, (trouble.name(), End::Unwell(trouble, retry_after)));
            }
        }
        Ok(())
    }

    fn meets(&mut self, fate: Fate, (reason, end): (&'static str, End)) {
        let application = self.shift.client_id();
        match fate {
            Fate::Again => {}
            Fate::Dead => tracing::warn!(application, reason, "a change is a dead letter"),
            Fate::NoPlace => self.ends(End::Full),
            Fate::Open => self.ends(end),
        }
    }

    fn ends(&mut self, end: End) {
        self.end = Some(match self.end.take() {
            Some(known) => known.and(end),
            None => end,
        });
    }

    async fn close(self) -> Result<(), Error> {
        let (reason, asked) = match self.end {
            Some(End::Unwell(trouble, asked)) => (trouble.name(), asked),
            Some(End::Full) => (FULL, None),
            Some(End::Over) | None => return self.shift.finished().await,
        };
        let application = self.shift.client_id().to_owned();
        if let Breaker::Open { until } = self.shift.failed(reason, asked).await? {
            let until = until.rfc3339();
            tracing::warn!(application, reason, until, "a receiver is left alone");
        }
        Ok(())
    }
}

/// How often it is looked for something to push.
const TICK: Duration = Duration::from_millis(200);
/// The trouble of a stream that has so many dead letters that no other is kept.
const FULL: &str = "deadLetters";
/// Streams that are worked at once on this node, at each look.
const STREAMS: usize = 256;
