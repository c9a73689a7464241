//! The rooms of all tenants, as this node knows them: what polls are answered from.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bilten_kernel::{Actor, Clock, Ctx, Entropy, EventId, RequestId, TenantId, Timestamp};
use bilten_tenancy::{Db, DbError, TenantTx};
use jiff::SignedDuration;
use moka::future::Cache;
use tokio_util::sync::CancellationToken;

use super::{
    Device, Figures, JoinError, OpenRoom, Place, QueueSigner, Room,
    auto::{self, Due},
    join::Lanes,
    store,
};
use crate::{inventory::Engine, keys::MasterKey};

/// Tenants of whom is known whether they have rooms.
const TENANTS: u64 = 10_000;
/// How long it may stay unseen on other nodes that a tenant has his first room.
const EMPTY_TTL: SignedDuration = SignedDuration::from_secs(5);
/// Time between looks at the rooms in use.
const REFRESH: Duration = Duration::from_secs(1);
/// Time over which arrivals are counted.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// What the rooms are built from.
#[derive(Debug)]
pub struct RoomsParts {
    /// Database of the rooms.
    pub db: Db,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for rounds and seeds.
    pub entropy: Arc<dyn Entropy>,
    /// Root of the keys that sign tokens.
    pub master_key: MasterKey,
    /// Tells how long buyers wait for stock.
    pub engine: Engine,
}

/// The rooms of all tenants in memory. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Rooms(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    engine: Engine,
    signer: QueueSigner,
    known: Cache<TenantId, Arc<TenantRooms>>,
    lanes: Lanes,
    arrivals: Mutex<HashMap<EventId, VecDeque<(Timestamp, u64)>>>,
}

/// Rooms of a tenant that are in use.
#[derive(Debug)]
struct TenantRooms {
    read_at: Timestamp,
    rooms: Mutex<HashMap<String, Arc<OpenRoom>>>,
}

impl TenantRooms {
    fn list(&self) -> Vec<Arc<OpenRoom>> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.values().cloned().collect()
    }

    fn find(&self, slug: &str) -> Option<Arc<OpenRoom>> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(slug).cloned()
    }

    fn is_empty(&self) -> bool {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Takes a row that is newer than what is known.
    fn learn(&self, room: Room) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let known = rooms.values_mut().find(|known| known.room.event == room.event);
        if let Some(known) = known.filter(|known| known.room.version < room.version) {
            *known = Arc::new(OpenRoom::new(room, known.event.clone()));
        }
    }
}

impl Rooms {
    /// Makes the service; it knows nothing yet.
    pub fn new(parts: RoomsParts) -> Self {
        Self(Arc::new(Inner {
            db: parts.db,
            clock: parts.clock,
            entropy: parts.entropy,
            engine: parts.engine,
            signer: QueueSigner::new(parts.master_key),
            known: Cache::builder().max_capacity(TENANTS).build(),
            lanes: Lanes::default(),
            arrivals: Mutex::default(),
        }))
    }

    /// Returns the signer of tokens.
    pub fn signer(&self) -> &QueueSigner {
        &self.0.signer
    }

    /// Finds the room before an event's sale, if buyers must queue. From memory, but for the first look at a tenant
    /// and, while he has no rooms, one look in five seconds.
    ///
    /// # Errors
    /// The rooms of the tenant are not in memory and the database refused.
    pub async fn find_open(&self, tenant: TenantId, slug: &str) -> Result<Option<Arc<OpenRoom>>, Arc<DbError>> {
        let known = self.known(tenant).await?;
        Ok(known.find(slug).filter(|open| open.room.is_open()))
    }

    async fn known(&self, tenant: TenantId) -> Result<Arc<TenantRooms>, Arc<DbError>> {
        if let Some(known) = self.0.known.get(&tenant).await {
            if !known.is_empty() || known.read_at + EMPTY_TTL > self.0.clock.now() {
                return Ok(known);
            }
            self.0.known.invalidate(&tenant).await;
        }
        let read = self.read(tenant);
        self.0.known.try_get_with(tenant, read).await
    }

    /// Gives a browser a seat; the answer comes after the commit.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub async fn join(&self, tenant: TenantId, event: EventId, device: &Device) -> Result<Place, JoinError> {
        let (round, seat) = self.0.lanes.take(self, (tenant, event)).await?;
        Ok(Place {
            event,
            round,
            seat,
            device: device.hash(),
            issued_at: self.0.clock.now(),
        })
    }

    /// Looks at the rooms of a tenant in the database, and does what is due in them.
    ///
    /// # Errors
    /// The database refused; what was known stays.
    pub async fn refresh(&self, tenant: TenantId) -> Result<(), DbError> {
        let fresh = self.read(tenant).await?;
        // Somebody may have come to this node while the rows were read.
        let known = self.0.known.get(&tenant).await;
        for open in known.iter().flat_map(|known| known.list()) {
            fresh.learn(open.room.clone());
        }
        self.0.known.insert(tenant, fresh).await;
        Ok(())
    }

    /// Keeps the rooms in use true until the token is cancelled: one query a second for each tenant that has some.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(REFRESH);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => self.refresh_used().await,
            }
        }
    }

    async fn refresh_used(&self) {
        let used = self.0.known.iter().filter(|(_, known)| !known.is_empty());
        let used: Vec<TenantId> = used.map(|(tenant, _)| *tenant).collect();
        for tenant in used {
            if let Err(error) = self.refresh(tenant).await {
                tracing::warn!(%error, %tenant, "waiting rooms go on with what is known of them");
            }
        }
    }

    /// Counts for the organizer.
    pub fn figures(&self, room: &Room) -> Figures {
        let now = self.0.clock.now();
        let arrivals = self.0.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let first = arrivals
            .get(&room.event)
            .and_then(|samples| samples.iter().find(|(at, _)| *at + MINUTE > now));
        let before = first.map_or(room.next_seat, |(_, seats)| *seats);
        room.figures(now, room.next_seat.saturating_sub(before))
    }

    /// Takes what a use case has just written, so that this node need not look.
    pub async fn learn(&self, tenant: TenantId, room: Room) {
        if let Some(known) = self.0.known.get(&tenant).await {
            known.learn(room);
        }
    }

    pub(super) async fn begin(&self, tenant: TenantId) -> Result<TenantTx, DbError> {
        self.0.db.begin_in(tenant).await
    }

    /// Context of what happens by itself.
    pub(super) fn system_ctx(&self, tenant: TenantId) -> Ctx {
        let request = RequestId::parse("waiting-room").expect("the name is a request id");
        let entropy = Arc::clone(&self.0.entropy);
        Ctx::new(tenant, Actor::System, request, self.0.clock.now(), entropy)
    }

    async fn read(&self, tenant: TenantId) -> Result<Arc<TenantRooms>, DbError> {
        let ctx = self.system_ctx(tenant);
        let mut tx = self.begin(tenant).await?;
        let mut open = store::list_in_use(&mut tx, ctx.now()).await?;
        let mut has_changed = false;
        for found in &mut open {
            let event = found.room.event;
            let wait = self.0.engine.expected_wait(tenant, event);
            if auto::due(&found.room, wait, ctx.now()) == Due::Nothing {
                continue;
            }
            if let Some(room) = auto::settle(&ctx, &mut tx, event, wait).await? {
                *found = OpenRoom::new(room, found.event.clone());
                has_changed = true;
            }
        }
        if has_changed {
            tx.commit().await?;
        }
        self.count_arrivals(&open, ctx.now());
        let rooms = open
            .into_iter()
            .map(|open| (open.event.slug.to_string(), Arc::new(open)));
        Ok(Arc::new(TenantRooms {
            read_at: ctx.now(),
            rooms: Mutex::new(rooms.collect()),
        }))
    }

    fn count_arrivals(&self, open: &[OpenRoom], now: Timestamp) {
        let mut arrivals = self.0.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        for found in open {
            let samples = arrivals.entry(found.room.event).or_default();
            if samples.back().is_some_and(|(_, seats)| *seats > found.room.next_seat) {
                samples.clear();
            }
            samples.push_back((now, found.room.next_seat));
            while samples.front().is_some_and(|(at, _)| *at + MINUTE + MINUTE < now) {
                samples.pop_front();
            }
        }
        arrivals.retain(|_, samples| samples.back().is_some_and(|(at, _)| *at + MINUTE + MINUTE > now));
    }
}
