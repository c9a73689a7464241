//! Makes holds: collects requests for one event and has them served group by group.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bilten_kernel::{Clock, Ctx, EventId, HoldId, TenantId};
use bilten_tenancy::{
    Db, DbError,
    groups::{GroupLimits, Groups, Refused, Serve},
};

use super::{
    Hold, HoldError, HoldRequest,
    batch::{self, Round},
    decide,
    offer::Offer,
};
use crate::waiting_room::Pass;

/// Makes holds. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Engine {
    groups: Groups<Holds>,
}

/// Serves groups of requests for stock of one event.
struct Holds {
    db: Db,
    clock: Arc<dyn Clock>,
}

/// Request for a hold, with the id that it will have.
pub(super) struct HoldAsk {
    pub id: HoldId,
    pub ctx: Ctx,
    pub request: HoldRequest,
    /// Pass of the event's waiting room, where one is asked for.
    pub pass: Option<Pass>,
}

impl Engine {
    /// Makes an engine on a database.
    pub fn new(db: Db, clock: Arc<dyn Clock>, limits: GroupLimits) -> Self {
        let turnstile = db.turnstile().clone();
        Self {
            groups: Groups::new(Holds { db, clock }, limits, turnstile),
        }
    }

    /// Holds stock for a cart; the answer comes after the commit.
    ///
    /// When the caller goes away, stock that he would have got is given back.
    ///
    /// # Errors
    /// See [`HoldError`].
    pub async fn hold(&self, ctx: &Ctx, request: HoldRequest) -> Result<Hold, HoldError> {
        self.hold_with(ctx, request, None).await
    }

    /// As [`Engine::hold`], for somebody with a pass of the event's waiting room, which gives few carts.
    ///
    /// # Errors
    /// See [`HoldError`].
    pub async fn hold_with(&self, ctx: &Ctx, request: HoldRequest, pass: Option<Pass>) -> Result<Hold, HoldError> {
        decide::check_shape(&request.items)?;
        let lane = (ctx.tenant, request.event);
        let ask = HoldAsk {
            id: ctx.new_id(),
            ctx: ctx.clone(),
            request,
            pass,
        };
        match self.groups.ask(lane, ask).await {
            Ok(answer) => answer.map(Offer::accept),
            Err(Refused::Busy) => Err(HoldError::Busy),
            Err(Refused::Unavailable) => Err(HoldError::Unavailable),
            Err(Refused::Failed(error)) => {
                tracing::warn!(%error, event = %lane.1, "a hold could not be written");
                Err(HoldError::Unavailable)
            }
        }
    }

    /// Tells how long a request for stock of the event would wait now before it is looked at.
    pub fn expected_wait(&self, tenant: TenantId, event: EventId) -> Duration {
        self.groups.expected_wait((tenant, event))
    }
}

#[async_trait]
impl Serve for Holds {
    type Lane = (TenantId, EventId);
    type Ask = HoldAsk;
    type Answer = Result<Offer, HoldError>;

    const NAME: &'static str = "holds";

    fn tenant((tenant, _): Self::Lane) -> TenantId {
        tenant
    }

    async fn serve(&self, (tenant, event): Self::Lane, asks: &[HoldAsk]) -> Result<Vec<Self::Answer>, DbError> {
        let (lane, now) = ((tenant, event), self.clock.now());
        let answers = match batch::serve(&self.db, lane, now, asks, Round::First).await {
            // The answer to the commit may be all that was lost.
            Err(error) if error.is_unavailable() => batch::serve(&self.db, lane, now, asks, Round::Again).await?,
            answers => answers?,
        };
        let offer = |(answer, ask): (Result<Hold, HoldError>, &HoldAsk)| {
            // A request with a key may be sent again: its hold is kept for it.
            let origin = ask.request.request_key.is_none().then(|| (self.db.clone(), tenant));
            answer.map(|hold| Offer::new(hold, origin))
        };
        Ok(answers.into_iter().zip(asks).map(offer).collect())
    }
}
