//! Payments: Stripe's payment intents behind the port.

use std::collections::HashMap;

use async_trait::async_trait;
use bilten_kernel::{AttemptId, Ctx, TenantId, Timestamp};
use stripe_client_core::{RequestBuilder, StripeRequest};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CancelPaymentIntentCancellationReason, ConfirmPaymentIntent, CreatePaymentIntent,
    CreatePaymentIntentAutomaticPaymentMethods, CreatePaymentIntentPaymentMethodOptions,
    CreatePaymentIntentPaymentMethodOptionsCard, CreatePaymentIntentPaymentMethodOptionsCardRequestThreeDSecure,
    RetrievePaymentIntent,
};

use super::{
    NAME, Stripe,
    answer::{ApiError, Intent, Refusal},
    currency::{from_stripe, to_stripe},
    decline,
    line::{Reply, Sending},
};
use crate::provider::{
    AccountRef, AskLines, Caps, Concede, ConfirmPayment, CreatePayment, DeclineCode, DisputeSnapshot, HeaderLookup,
    Holding, LinesPage, NextAction, OperationKey, Outcome, PaymentAt, PaymentRef, PaymentStatus, PayoutSnapshot,
    Provider, RawEvent, RefundPayment, RefundSnapshot, Retry, SendMoney, SendTransfer, SignatureError, Snapshot,
    SubmitEvidence, TransferSnapshot, WarningSnapshot, Why,
};

/// Metadata that says whose payment it is.
const TENANT: &str = "tenant";
const ATTEMPT: &str = "attempt";
/// Metadata that makes Stripe refuse other parameters under the same key, also those that it does not know.
const PARAMS: &str = "params";

/// What the buyer's card answers for a next step that only a script could take.
const NO_SUCH_STEP: &str = "step_not_offered";

#[async_trait]
impl Provider for Stripe {
    fn name(&self) -> &'static str {
        NAME
    }

    fn caps(&self) -> Caps {
        Caps {
            // Stripe compares all parameters of a key, so a replay cannot leave the confirmation out (docs/adr/0009).
            confirms_on_create: false,
            needs_account: true,
        }
    }

    async fn create(&self, ctx: &Ctx, call: &CreatePayment) -> Outcome<Snapshot> {
        let Some(account) = &call.account else {
            return Outcome::NotSent(Why::Refused);
        };
        let Some(request) = create_request(ctx, call) else {
            return Outcome::NotSent(Why::Refused);
        };
        let sending = Sending {
            account: Some(account),
            key: Some(call.key.as_str()),
        };
        match self.line.send(&request, sending).await {
            Reply::Body(body) => self.read(ctx, Some(account), &body).await,
            Reply::Refused(error) => refused(&error),
            Reply::NotSent(why) => Outcome::NotSent(why),
            Reply::Unknown => Outcome::Unknown,
        }
    }

    async fn confirm(&self, ctx: &Ctx, call: &ConfirmPayment) -> Outcome<Snapshot> {
        let Some(token) = &call.token else {
            return Outcome::NotSent(Why::Refused);
        };
        let mut request =
            ConfirmPaymentIntent::new(call.at.payment.as_str()).confirmation_token(token.expose().to_owned());
        if let Some(back) = &call.return_to {
            request = request.return_url(back.url());
        }
        let sending = Sending {
            account: call.at.account.as_ref(),
            key: Some(call.key.as_str()),
        };
        match self.line.send(&request.build(), sending).await {
            Reply::Body(body) => self.read(ctx, call.at.account.as_ref(), &body).await,
            Reply::Refused(error) => match error.refusal() {
                Refusal::Card => self.end_declined(ctx, &call.at, decline::read(&error)).await,
                Refusal::Form => {
                    let spent = (DeclineCode::new("form_expired"), Retry::SameMethod);
                    self.end_declined(ctx, &call.at, spent).await
                }
                Refusal::State => self.fetch_payment(ctx, &call.at).await,
                _ => refused(&error),
            },
            Reply::NotSent(why) => Outcome::NotSent(why),
            Reply::Unknown => Outcome::Unknown,
        }
    }

    async fn void(&self, ctx: &Ctx, at: &PaymentAt, key: &OperationKey) -> Outcome<Snapshot> {
        match self.cancel(at, key.as_str()).await {
            Cancelled::Told(intent) => self.settle(ctx, at.account.as_ref(), *intent).await,
            Cancelled::Lost(reply) => reply.lost().unwrap_or(Outcome::Unknown),
            Cancelled::Refused(error) if error.refusal() == Refusal::State => self.fetch_payment(ctx, at).await,
            Cancelled::Refused(error) => refused(&error),
        }
    }

    async fn refund(&self, ctx: &Ctx, call: &RefundPayment) -> Outcome<RefundSnapshot> {
        self.give_back(ctx, call).await
    }

    async fn fetch_payment(&self, ctx: &Ctx, at: &PaymentAt) -> Outcome<Snapshot> {
        let request = RetrievePaymentIntent::new(at.payment.as_str()).build();
        match self.ask(&request, at.account.as_ref()).await {
            Reply::Body(body) => self.read(ctx, at.account.as_ref(), &body).await,
            Reply::Refused(error) => refused(&error),
            Reply::NotSent(why) => Outcome::NotSent(why),
            Reply::Unknown => Outcome::Unknown,
        }
    }

    async fn send_money(&self, _ctx: &Ctx, call: &SendMoney) -> Outcome<PayoutSnapshot> {
        self.pay_out(call).await
    }

    async fn transfer(&self, _ctx: &Ctx, call: &SendTransfer) -> Outcome<TransferSnapshot> {
        self.move_to_tenant(call).await
    }

    async fn list_disputes(
        &self,
        _ctx: &Ctx,
        account: Option<&AccountRef>,
        opened_since: Timestamp,
    ) -> Outcome<Vec<DisputeSnapshot>> {
        self.disputes(account, opened_since).await
    }

    async fn fetch_dispute(&self, _ctx: &Ctx, account: Option<&AccountRef>, id: &str) -> Outcome<DisputeSnapshot> {
        self.dispute(account, id).await
    }

    async fn submit_evidence(&self, _ctx: &Ctx, call: &SubmitEvidence) -> Outcome<()> {
        self.hand_in(call).await
    }

    async fn concede(&self, _ctx: &Ctx, call: &Concede) -> Outcome<()> {
        self.give_up(call).await
    }

    async fn list_warnings(
        &self,
        _ctx: &Ctx,
        account: Option<&AccountRef>,
        since: Timestamp,
    ) -> Outcome<Vec<WarningSnapshot>> {
        self.warnings(account, since).await
    }

    async fn balance_lines(&self, _ctx: &Ctx, ask: &AskLines<'_>) -> Outcome<LinesPage> {
        self.list_lines(ask).await
    }

    async fn holdings(&self, _ctx: &Ctx, account: Option<&AccountRef>) -> Outcome<Vec<Holding>> {
        self.tell_holdings(account).await
    }

    fn verify(&self, ctx: &Ctx, headers: &dyn HeaderLookup, body: &[u8]) -> Result<RawEvent, SignatureError> {
        self.read_notice(ctx.now(), headers, body).map(|notice| notice.event)
    }
}

/// How an attempt to cancel a payment went.
enum Cancelled {
    Told(Box<Intent>),
    Refused(Box<ApiError>),
    Lost(Reply),
}

impl Stripe {
    pub(super) async fn ask(&self, request: &RequestBuilder, account: Option<&AccountRef>) -> Reply {
        self.line.send(request, Sending { account, key: None }).await
    }

    async fn read(&self, ctx: &Ctx, account: Option<&AccountRef>, body: &[u8]) -> Outcome<Snapshot> {
        match serde_json::from_slice::<Intent>(body) {
            Ok(intent) => self.settle(ctx, account, intent).await,
            Err(error) => {
                tracing::error!(%error, "an answer of stripe about a payment cannot be read");
                Outcome::Unknown
            }
        }
    }

    /// Reads how a payment stands, and ends it first when only another card could bring it on.
    async fn settle(&self, ctx: &Ctx, account: Option<&AccountRef>, intent: Intent) -> Outcome<Snapshot> {
        let Some(snapshot) = self.snapshot(ctx.tenant, &intent) else {
            return Outcome::NotSent(Why::NotFound);
        };
        let at = PaymentAt {
            account: account.cloned(),
            payment: snapshot.payment.clone(),
        };
        match (snapshot.status, &intent.last_payment_error) {
            (PaymentStatus::Unconfirmed, Some(error)) => self.end_declined(ctx, &at, decline::read(error)).await,
            (PaymentStatus::ActionRequired, _) => {
                if let Some(next) = snapshot.next_action.clone() {
                    Outcome::Action(snapshot, next)
                } else {
                    let why = (DeclineCode::new(NO_SUCH_STEP), Retry::OtherMethod);
                    self.end_declined(ctx, &at, why).await
                }
            }
            (PaymentStatus::Processing, _) => Outcome::Pending(snapshot),
            (
                PaymentStatus::Unconfirmed | PaymentStatus::Succeeded | PaymentStatus::Failed | PaymentStatus::Canceled,
                _,
            ) => Outcome::Done(snapshot),
        }
    }

    /// Kills a payment that was declined, so that the decline is final. Until it is known to be dead, nothing is known.
    async fn end_declined(&self, ctx: &Ctx, at: &PaymentAt, (code, retry): (DeclineCode, Retry)) -> Outcome<Snapshot> {
        let key = format!("{}/declined", at.payment);
        let dead = match self.cancel(at, &key).await {
            Cancelled::Told(intent) => Some(intent),
            // Somebody was faster, or the money came after all.
            Cancelled::Refused(error) => error.payment_intent,
            Cancelled::Lost(_) => None,
        };
        let Some(snapshot) = dead.and_then(|intent| self.snapshot(ctx.tenant, &intent)) else {
            return Outcome::Unknown;
        };
        match snapshot.status {
            PaymentStatus::Canceled | PaymentStatus::Failed => {
                tracing::info!(payment = %at.payment, code = %code, ?retry, "a payment was declined");
                Outcome::Done(Snapshot {
                    status: PaymentStatus::Failed,
                    decline: Some(code),
                    ..snapshot
                })
            }
            PaymentStatus::Succeeded => Outcome::Done(snapshot),
            PaymentStatus::Processing => Outcome::Pending(snapshot),
            PaymentStatus::Unconfirmed | PaymentStatus::ActionRequired => Outcome::Unknown,
        }
    }

    /// Reads a payment of ours; none when its metadata does not name this tenant and an attempt.
    fn snapshot(&self, tenant: TenantId, intent: &Intent) -> Option<Snapshot> {
        if intent.metadata.get(TENANT).map(String::as_str) != Some(tenant.to_string().as_str()) {
            return None;
        }
        let attempt: AttemptId = intent.metadata.get(ATTEMPT)?.parse().ok()?;
        let currency = intent.currency.to_ascii_uppercase().parse().ok()?;
        let status = status(intent);
        let units = match status {
            PaymentStatus::Succeeded => intent.amount_received.unwrap_or(intent.amount),
            PaymentStatus::Unconfirmed
            | PaymentStatus::ActionRequired
            | PaymentStatus::Processing
            | PaymentStatus::Failed
            | PaymentStatus::Canceled => intent.amount,
        };
        let is_waiting = status == PaymentStatus::ActionRequired;
        Some(Snapshot {
            payment: PaymentRef::parse(&intent.id).ok()?,
            attempt,
            status,
            amount: from_stripe(units, currency),
            decline: intent.last_payment_error.as_ref().map(|error| decline::read(error).0),
            next_action: if is_waiting { self.next_action(intent) } else { None },
            card: intent.last_payment_error.as_ref().and_then(ApiError::card),
        })
    }

    /// The page that the buyer must visit: at an address with TLS, or at Stripe itself, wherever that is.
    fn next_action(&self, intent: &Intent) -> Option<NextAction> {
        let to = intent.next_action.as_ref()?.redirect_to_url.as_ref()?.url.as_ref()?;
        let is_safe = to.starts_with("https://") || self.line.is_at(to);
        is_safe.then(|| NextAction::Redirect(to.clone()))
    }

    async fn cancel(&self, at: &PaymentAt, key: &str) -> Cancelled {
        let request = CancelPaymentIntent::new(at.payment.as_str())
            .cancellation_reason(CancelPaymentIntentCancellationReason::Abandoned)
            .build();
        let sending = Sending {
            account: at.account.as_ref(),
            key: Some(key),
        };
        match self.line.send(&request, sending).await {
            Reply::Body(body) => match serde_json::from_slice(&body) {
                Ok(intent) => Cancelled::Told(Box::new(intent)),
                Err(_) => Cancelled::Lost(Reply::Unknown),
            },
            Reply::Refused(error) => Cancelled::Refused(error),
            lost @ (Reply::NotSent(_) | Reply::Unknown) => Cancelled::Lost(lost),
        }
    }
}

/// Neither the address to come back to nor the buyer's token is part of it: the call is sent again without them after a
/// crash, and must be the same then.
fn create_request(ctx: &Ctx, call: &CreatePayment) -> Option<RequestBuilder> {
    let currency = call.amount.currency.code().to_ascii_lowercase();
    let currency: stripe_types::Currency = currency.parse().ok()?;
    let metadata = HashMap::from([
        (TENANT.to_owned(), ctx.tenant.to_string()),
        (ATTEMPT.to_owned(), call.attempt.to_string()),
        (PARAMS.to_owned(), data_encoding::HEXLOWER.encode(&call.params_hash())),
    ]);
    let mut request = CreatePaymentIntent::new(to_stripe(call.amount)?, currency)
        .automatic_payment_methods(CreatePaymentIntentAutomaticPaymentMethods::new(true))
        .metadata(metadata);
    if let Some(fee) = call.fee {
        request = request.application_fee_amount(to_stripe(fee)?);
    }
    if call.request_three_d_secure {
        request = request.payment_method_options(ask_bank());
    }
    Some(request.build())
}

/// Has the bank make sure who pays, when it is paid with a card.
fn ask_bank() -> CreatePaymentIntentPaymentMethodOptions {
    let mut card = CreatePaymentIntentPaymentMethodOptionsCard::new();
    card.request_three_d_secure = Some(CreatePaymentIntentPaymentMethodOptionsCardRequestThreeDSecure::Any);
    let mut options = CreatePaymentIntentPaymentMethodOptions::new();
    options.card = Some(card);
    options
}

fn refused(error: &ApiError) -> Outcome<Snapshot> {
    match error.refusal() {
        Refusal::NotFound => Outcome::NotSent(Why::NotFound),
        Refusal::NoAccess => Outcome::NotSent(Why::NoAccess),
        _ => Outcome::NotSent(Why::Refused),
    }
}

fn status(intent: &Intent) -> PaymentStatus {
    match intent.status.as_str() {
        "requires_payment_method" | "requires_confirmation" => PaymentStatus::Unconfirmed,
        "requires_action" => PaymentStatus::ActionRequired,
        "succeeded" => PaymentStatus::Succeeded,
        "canceled" if intent.last_payment_error.is_some() => PaymentStatus::Failed,
        "canceled" => PaymentStatus::Canceled,
        // A status that we do not know yet may move money: as long as it stands, nothing is let go.
        _ => PaymentStatus::Processing,
    }
}
