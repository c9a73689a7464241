//! Enters payments into the sandbox's books in groups, as a provider with many customers would.

use async_trait::async_trait;
use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{Db, DbError, groups::Serve};

use super::{
    SandboxPaymentId,
    books::{BookState, Payment},
    store::{self, NewPayment},
};
use crate::provider::CreatePayment;

/// Payment to be entered.
pub(super) struct EnterAsk {
    pub ctx: Ctx,
    pub call: CreatePayment,
}

/// What became of it.
pub(super) enum Entered {
    /// It stands in the books.
    Now(Payment),
    /// Its key was used before.
    Before,
    /// The books could not be opened.
    Never,
}

/// Serves groups of new payments of one tenant.
pub(super) struct Entering {
    pub db: Db,
}

#[async_trait]
impl Serve for Entering {
    type Lane = TenantId;
    type Ask = EnterAsk;
    type Answer = Entered;

    const NAME: &'static str = "sandbox";

    fn tenant(tenant: TenantId) -> TenantId {
        tenant
    }

    async fn serve(&self, tenant: TenantId, asks: &[EnterAsk]) -> Result<Vec<Entered>, DbError> {
        let new: Vec<NewPayment<'_>> = asks.iter().map(new).collect();
        let Ok(mut tx) = self.db.begin_group(tenant).await else {
            return Ok(asks.iter().map(|_| Entered::Never).collect());
        };
        let entered = store::insert_many(&mut tx, &new).await?;
        tx.commit().await?;
        let told = |new: NewPayment<'_>| {
            if entered.contains(&new.id) {
                Entered::Now(payment(&new))
            } else {
                Entered::Before
            }
        };
        Ok(new.into_iter().map(told).collect())
    }
}

fn new(ask: &EnterAsk) -> NewPayment<'_> {
    let unconfirmed = BookState::RequiresConfirmation;
    let id: SandboxPaymentId = ask.ctx.new_id();
    NewPayment {
        ctx: &ask.ctx,
        id,
        call: &ask.call,
        state: if ask.call.confirm {
            unconfirmed.confirm(ask.call.method, ask.call.request_three_d_secure)
        } else {
            unconfirmed
        },
    }
}

fn payment(new: &NewPayment<'_>) -> Payment {
    Payment {
        id: new.id,
        attempt: new.call.attempt,
        method: new.call.method,
        params_hash: new.call.params_hash().to_vec(),
        amount: new.call.amount,
        state: new.state,
        refunded_minor: 0,
        return_to: new.call.return_to.clone(),
        silent_until: None,
        asks_bank: new.call.request_three_d_secure,
    }
}
