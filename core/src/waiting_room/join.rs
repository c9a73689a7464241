//! Gives seats to those who come: one transaction for all who came while the one before it committed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bilten_kernel::{Ctx, EventId, TenantId};
use bilten_tenancy::DbError;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{Room, Rooms, auto, store};

/// Arrivals that wait for a seat; the next one is asked to come again in a moment.
const QUEUE: usize = 200_000;
/// Arrivals that one transaction serves.
const GROUP: usize = 20_000;
/// Time after which a lane without arrivals ends.
const IDLE: Duration = Duration::from_secs(30);

/// Why somebody got no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The room is closed.
    #[error("the room is closed")]
    Closed,
    /// Too many arrive at once.
    #[error("too many arrive at once")]
    Busy,
    /// The database is out of reach.
    #[error("no seat could be given")]
    Unavailable,
}

/// Seat in a round.
pub(super) type Seat = (Uuid, u64);
type Reply = oneshot::Sender<Result<Seat, JoinError>>;
type Lane = (TenantId, EventId);

/// Lanes of arrivals, one for each room that somebody has just come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Lanes(Arc<Mutex<HashMap<Lane, mpsc::Sender<Reply>>>>);

impl Lanes {
    /// Takes a seat; the answer comes after the commit.
    pub(super) async fn take(&self, rooms: &Rooms, lane: Lane) -> Result<Seat, JoinError> {
        let (reply, answer) = oneshot::channel();
        self.submit(rooms, lane, reply)?;
        answer.await.unwrap_or(Err(JoinError::Unavailable))
    }

    /// Puts the arrival into its lane. The map stays locked meanwhile, so that a lane that is about to end cannot miss it.
    fn submit(&self, rooms: &Rooms, lane: Lane, reply: Reply) -> Result<(), JoinError> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = lanes.entry(lane).or_insert_with(|| self.open(rooms, lane));
        match sender.try_send(reply) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(JoinError::Busy),
            Err(mpsc::error::TrySendError::Closed(reply)) => {
                let fresh = self.open(rooms, lane);
                let sent = fresh.try_send(reply);
                lanes.insert(lane, fresh);
                sent.map_err(|_| JoinError::Busy)
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a lane outlives the request that opened it")]
    fn open(&self, rooms: &Rooms, lane: Lane) -> mpsc::Sender<Reply> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(self.clone().run(rooms.clone(), lane, receiver));
        sender
    }

    async fn run(self, rooms: Rooms, lane: Lane, mut receiver: mpsc::Receiver<Reply>) {
        let mut group: Vec<Reply> = Vec::new();
        loop {
            let received = tokio::time::timeout(IDLE, receiver.recv_many(&mut group, GROUP)).await;
            match received {
                Ok(0) => return,
                Ok(_) => serve(&rooms, lane, std::mem::take(&mut group)).await,
                Err(_) if self.close_if_empty(lane, &receiver) => return,
                Err(_) => {}
            }
        }
    }

    fn close_if_empty(&self, lane: Lane, receiver: &mpsc::Receiver<Reply>) -> bool {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_empty = receiver.is_empty();
        if is_empty {
            lanes.remove(&lane);
        }
        is_empty
    }
}

/// Gives a group its seats, in the order of coming. Who has gone meanwhile gets none.
async fn serve(rooms: &Rooms, (tenant, event): Lane, mut group: Vec<Reply>) {
    group.retain(|reply| !reply.is_closed());
    if group.is_empty() {
        return;
    }
    let size = u64::try_from(group.len()).unwrap_or(u64::MAX);
    metrics::histogram!("waiting_room_group_size").record(u32::try_from(size).unwrap_or(u32::MAX));
    match transact(rooms, &rooms.system_ctx(tenant), event, size).await {
        Ok(Some((room, first))) => {
            let round = room.round;
            rooms.learn(tenant, room).await;
            for (reply, seat) in group.into_iter().zip(first..) {
                // A seat that nobody takes is an empty place in the queue, nothing more.
                let _ = reply.send(Ok((round, seat)));
            }
        }
        Ok(None) => refuse(group, JoinError::Closed),
        Err(error) => {
            tracing::warn!(%error, %event, size, "a group of arrivals got no seats");
            refuse(group, JoinError::Unavailable);
        }
    }
}

fn refuse(group: Vec<Reply>, why: JoinError) {
    for reply in group {
        let _ = reply.send(Err(why));
    }
}

async fn transact(rooms: &Rooms, ctx: &Ctx, event: EventId, size: u64) -> Result<Option<(Room, u64)>, DbError> {
    let mut tx = rooms.begin(ctx.tenant).await?;
    let Some(mut room) = store::lock(&mut tx, event).await?.filter(Room::is_open) else {
        return Ok(None);
    };
    auto::draw(ctx, &mut tx, &mut room).await?;
    let first = room.give_seats(size, ctx.now());
    room.version += 1;
    store::save_arrivals(&mut tx, &room, ctx.now()).await?;
    tx.commit().await?;
    Ok(Some((room, first)))
}
