//! The sandbox behind the port.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, groups::Refused};

use super::{
    SIGNATURE_HEADER, Sandbox, SandboxPaymentId,
    books::{BookState, Payment},
    disputes, lines, payouts, store,
    till::{EnterAsk, Entered},
    webhook,
};
use crate::provider::{
    AccountRef, AskLines, Caps, Concede, ConfirmPayment, CreatePayment, DeclineCode, DisputeSnapshot, HeaderLookup,
    Holding, LinesPage, Method, NextAction, OperationKey, Outcome, PaymentAt, PaymentStatus, PayoutSnapshot, Provider,
    RawEvent, RefundPayment, RefundSnapshot, RefundStatus, Retry, SendMoney, SendTransfer, SignatureError, Snapshot,
    SubmitEvidence, TransferSnapshot, Why, verify_signature,
};

#[async_trait]
impl Provider for Sandbox {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn caps(&self) -> Caps {
        Caps {
            confirms_on_create: true,
            needs_account: false,
        }
    }

    async fn create(&self, ctx: &Ctx, call: &CreatePayment) -> Outcome<Snapshot> {
        if call.method == Method::Embedded {
            // It has a page, and no form for others' pages.
            return Outcome::NotSent(Why::Refused);
        }
        let ask = EnterAsk {
            ctx: ctx.clone(),
            call: call.clone(),
        };
        match self.till.ask(ctx.tenant, ask).await {
            Ok(Entered::Now(payment)) => return told(ctx, &payment),
            Ok(Entered::Before) => {}
            Ok(Entered::Never) | Err(Refused::Busy) => return Outcome::NotSent(Why::Unreachable),
            Err(Refused::Unavailable) => return Outcome::Unknown,
            Err(Refused::Failed(error)) => return lost(&error),
        }
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match replay(&mut tx, ctx, call).await {
            Ok(Some(payment)) => committed(ctx, tx, &payment).await,
            Ok(None) => Outcome::NotSent(Why::KeyReused),
            Err(error) => lost(&error),
        }
    }

    async fn confirm(&self, ctx: &Ctx, call: &ConfirmPayment) -> Outcome<Snapshot> {
        self.change(ctx, &call.at, |p| p.state.confirm(p.method, p.asks_bank))
            .await
    }

    async fn void(&self, ctx: &Ctx, at: &PaymentAt, _key: &OperationKey) -> Outcome<Snapshot> {
        match self.change(ctx, at, |p| p.state.void()).await {
            // A refused call is no news of a void: the snapshot tells it.
            Outcome::Declined(..) => self.fetch_payment(ctx, at).await,
            outcome => outcome,
        }
    }

    async fn refund(&self, ctx: &Ctx, call: &RefundPayment) -> Outcome<RefundSnapshot> {
        let Ok(id) = call.at.payment.as_str().parse::<SandboxPaymentId>() else {
            return Outcome::NotSent(Why::NotFound);
        };
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        let outcome = match refund(&mut tx, ctx, id, call).await {
            Ok(outcome) => outcome,
            Err(error) => return lost(&error),
        };
        if tx.commit().await.is_err() {
            return Outcome::Unknown;
        }
        outcome
    }

    async fn fetch_payment(&self, ctx: &Ctx, at: &PaymentAt) -> Outcome<Snapshot> {
        let Ok(id) = at.payment.as_str().parse::<SandboxPaymentId>() else {
            return Outcome::NotSent(Why::NotFound);
        };
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match store::find(&mut tx, id).await {
            Ok(Some(payment)) if payment.is_silent(ctx.now()) => Outcome::Unknown,
            Ok(Some(payment)) => Outcome::Done(payment.snapshot()),
            Ok(None) => Outcome::NotSent(Why::NotFound),
            Err(error) => lost(&error),
        }
    }

    async fn send_money(&self, ctx: &Ctx, call: &SendMoney) -> Outcome<PayoutSnapshot> {
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        let outcome = match payouts::send(&mut tx, ctx, call).await {
            Ok(outcome) => outcome,
            Err(error) => return lost(&error),
        };
        if tx.commit().await.is_err() {
            return Outcome::Unknown;
        }
        outcome
    }

    async fn transfer(&self, _ctx: &Ctx, call: &SendTransfer) -> Outcome<TransferSnapshot> {
        // What is the platform's and what the tenant's lies in one pot here: only the books tell them apart.
        Outcome::Done(TransferSnapshot {
            transfer: format!("sbt_{}", call.group),
            reversal: None,
        })
    }

    async fn submit_evidence(&self, _ctx: &Ctx, _call: &SubmitEvidence) -> Outcome<()> {
        // It is taken, and changes nothing: somebody decides the contest by hand.
        Outcome::Done(())
    }

    async fn concede(&self, ctx: &Ctx, call: &Concede) -> Outcome<()> {
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match disputes::concede(&mut tx, &call.dispute).await {
            Ok(true) if tx.commit().await.is_ok() => Outcome::Done(()),
            Ok(true) => Outcome::Unknown,
            Ok(false) => Outcome::Declined(DeclineCode::new("decided"), Retry::Never),
            Err(error) => lost(&error),
        }
    }

    async fn list_disputes(
        &self,
        ctx: &Ctx,
        _account: Option<&AccountRef>,
        opened_since: Timestamp,
    ) -> Outcome<Vec<DisputeSnapshot>> {
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match disputes::list(&mut tx, opened_since).await {
            Ok(told) => Outcome::Done(told),
            Err(error) => lost(&error),
        }
    }

    async fn balance_lines(&self, ctx: &Ctx, ask: &AskLines<'_>) -> Outcome<LinesPage> {
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match lines::list(&mut tx, ask).await {
            Ok(told) => Outcome::Done(told),
            Err(error) => lost(&error),
        }
    }

    async fn holdings(&self, ctx: &Ctx, _account: Option<&AccountRef>) -> Outcome<Vec<Holding>> {
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        match lines::holdings(&mut tx, ctx).await {
            Ok(told) => Outcome::Done(told),
            Err(error) => lost(&error),
        }
    }

    fn verify(&self, ctx: &Ctx, headers: &dyn HeaderLookup, body: &[u8]) -> Result<RawEvent, SignatureError> {
        let signature = headers.header(SIGNATURE_HEADER).ok_or(SignatureError::Malformed)?;
        verify_signature(&self.webhook_secrets(ctx.tenant), ctx.now(), signature, body)?;
        webhook::read_event(body)
    }
}

impl Sandbox {
    async fn change(
        &self,
        ctx: &Ctx,
        at: &PaymentAt,
        next: impl Fn(&Payment) -> BookState + Send,
    ) -> Outcome<Snapshot> {
        let Ok(id) = at.payment.as_str().parse::<SandboxPaymentId>() else {
            return Outcome::NotSent(Why::NotFound);
        };
        let Ok(mut tx) = self.db.begin(ctx).await else {
            return Outcome::NotSent(Why::Unreachable);
        };
        let mut found = match store::lock(&mut tx, id).await {
            Ok(Some(found)) => found,
            Ok(None) => return Outcome::NotSent(Why::NotFound),
            Err(error) => return lost(&error),
        };
        found.state = next(&found);
        if let Err(error) = store::save(&mut tx, ctx, &found).await {
            return lost(&error);
        }
        committed(ctx, tx, &found).await
    }
}

/// Finds the payment with this key, and confirms it when that is asked now; none when the key stands for something else.
async fn replay(tx: &mut TenantTx, ctx: &Ctx, call: &CreatePayment) -> Result<Option<Payment>, DbError> {
    let Some(mut known) = store::lock_by_key(tx, call.key.as_str()).await? else {
        return Ok(None);
    };
    if known.params_hash != call.params_hash() {
        return Ok(None);
    }
    let confirmed = if call.confirm {
        known.state.confirm(known.method, known.asks_bank)
    } else {
        known.state
    };
    let is_return_new = known.return_to.is_none() && call.return_to.is_some();
    if confirmed != known.state || is_return_new {
        known.state = confirmed;
        known.return_to = known.return_to.or_else(|| call.return_to.clone());
        store::save(tx, ctx, &known).await?;
    }
    Ok(Some(known))
}

async fn refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: SandboxPaymentId,
    call: &RefundPayment,
) -> Result<Outcome<RefundSnapshot>, DbError> {
    let Some(mut payment) = store::lock(tx, id).await? else {
        return Ok(Outcome::NotSent(Why::NotFound));
    };
    let done = |refund| {
        Outcome::Done(RefundSnapshot {
            refund,
            status: RefundStatus::Succeeded,
            amount: call.amount,
        })
    };
    if let Some((name, minor)) = store::find_refund(tx, call.key.as_str()).await? {
        let is_same = minor == call.amount.minor;
        return Ok(if is_same {
            done(name)
        } else {
            Outcome::NotSent(Why::KeyReused)
        });
    }
    let contested = disputes::contested(tx, id).await?;
    let left = payment.amount.minor - payment.refunded_minor - contested;
    let fits = call.amount.currency == payment.amount.currency && (1..=left).contains(&call.amount.minor);
    if payment.state != BookState::Succeeded || !fits {
        return Ok(Outcome::Declined(DeclineCode::new("not_refundable"), Retry::Never));
    }
    payment.refunded_minor += call.amount.minor;
    store::save(tx, ctx, &payment).await?;
    store::insert_refund(tx, ctx, id, call).await?;
    let name = store::find_refund(tx, call.key.as_str()).await?.map(|(name, _)| name);
    Ok(name.map_or(Outcome::Unknown, done))
}

/// Commits and tells the outcome.
async fn committed(ctx: &Ctx, tx: TenantTx, payment: &Payment) -> Outcome<Snapshot> {
    if tx.commit().await.is_err() {
        return Outcome::Unknown;
    }
    told(ctx, payment)
}

/// What the merchant hears of a payment; an answer about a silent one gets lost on its way.
fn told(ctx: &Ctx, payment: &Payment) -> Outcome<Snapshot> {
    if payment.is_silent(ctx.now()) {
        return Outcome::Unknown;
    }
    let snapshot = payment.snapshot();
    match (snapshot.status, snapshot.next_action.clone()) {
        (PaymentStatus::ActionRequired, Some(NextAction::Redirect(to))) => {
            Outcome::Action(snapshot, NextAction::Redirect(to))
        }
        (PaymentStatus::Processing, _) => Outcome::Pending(snapshot),
        (PaymentStatus::Failed, _) => Outcome::Declined(DeclineCode::new("card_declined"), Retry::OtherMethod),
        (
            PaymentStatus::Unconfirmed
            | PaymentStatus::ActionRequired
            | PaymentStatus::Succeeded
            | PaymentStatus::Canceled,
            _,
        ) => Outcome::Done(snapshot),
    }
}

fn lost<T>(error: &DbError) -> Outcome<T> {
    tracing::warn!(%error, "the sandbox lost an answer");
    Outcome::Unknown
}
