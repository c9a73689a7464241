//! A provider with a bad line: calls get lost, answers get lost, processes die on either side of a call.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bilten_billing::provider::{
    AccountRef, AskLines, BalanceLine, Caps, CardPrint, Concede, ConfirmPayment, CreatePayment, DisputeSnapshot,
    HeaderLookup, Holding, LinesPage, OperationKey, Outcome, PaymentAt, PayoutSnapshot, Provider, RawEvent,
    RefundPayment, RefundSnapshot, SendMoney, SendTransfer, SignatureError, Snapshot, SubmitEvidence, TransferSnapshot,
    WarningSnapshot, Why,
};
use bilten_kernel::{Ctx, Money, Timestamp};
use tokio::sync::{Notify, Semaphore};

/// Kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `create`.
    Create,
    /// `confirm`.
    Confirm,
    /// `void`.
    Void,
    /// `refund`.
    Refund,
    /// `fetch_payment`.
    Fetch,
    /// `send_money`.
    SendMoney,
    /// `transfer`.
    Transfer,
    /// `list_disputes`.
    ListDisputes,
    /// `balance_lines`.
    Lines,
    /// `holdings`.
    Holdings,
}

/// Says something else of a line than the provider does: nothing, another line, or two.
pub type Forge = Arc<dyn Fn(BalanceLine) -> Vec<BalanceLine> + Send + Sync>;

/// What [`Fault::Panic`] says.
pub const PANIC_TEXT: &str = "innermost secret of the handler";

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No connection: nothing was sent.
    Unreachable,
    /// The request is lost on its way; the caller cannot know.
    LoseRequest,
    /// The call takes effect, its answer is lost.
    LoseAnswer,
    /// The caller dies before the call leaves.
    DieBefore,
    /// The caller dies after the call took effect.
    DieAfter,
    /// The call waits until [`Faulty::let_go`].
    Stall,
    /// Our own code around the call panics, with a text that nobody may read.
    Panic,
    /// The provider tells another amount, in minor units.
    OtherAmount(i64),
    /// The provider tells another currency.
    OtherCurrency,
    /// The provider tells the fingerprint of the card.
    Card(&'static str),
}

#[derive(Debug, Default)]
struct Script {
    faults: VecDeque<(Call, Fault)>,
    calls: Vec<Call>,
}

/// Provider behind a bad line.
#[derive(Clone)]
pub struct Faulty {
    inner: Arc<dyn Provider>,
    script: Arc<Mutex<Script>>,
    forge: Arc<Mutex<Option<Forge>>>,
    died: Arc<Notify>,
    gate: Arc<Semaphore>,
    has_one_call: bool,
}

impl Faulty {
    /// Puts a bad line in front of a provider.
    pub fn new(inner: Arc<dyn Provider>) -> Self {
        Self {
            has_one_call: inner.caps().confirms_on_create,
            inner,
            script: Arc::default(),
            forge: Arc::default(),
            died: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    /// Makes the provider one that creates and confirms in two calls.
    #[must_use]
    pub fn with_two_calls(mut self) -> Self {
        self.has_one_call = false;
        self
    }

    /// Makes the next call of a kind go wrong.
    pub fn fail_next(&self, call: Call, fault: Fault) {
        self.script().faults.push_back((call, fault));
    }

    /// Forges every line that is told from now on; without anything it is honest again.
    pub fn forge_lines(&self, forge: Option<Forge>) {
        *self.forge.lock().unwrap_or_else(PoisonError::into_inner) = forge;
    }

    /// Forgets what was to go wrong.
    pub fn mend(&self) {
        self.script().faults.clear();
    }

    /// Returns how many calls of a kind arrived at the line.
    pub fn count(&self, call: Call) -> usize {
        self.script().calls.iter().filter(|c| **c == call).count()
    }

    /// Waits until a caller was to die; then the test drops him.
    pub async fn death(&self) {
        self.died.notified().await;
    }

    /// Waits until a call stalls.
    pub async fn stalled(&self) {
        self.died.notified().await;
    }

    /// Lets one stalled call go on.
    pub fn let_go(&self) {
        self.gate.add_permits(1);
    }

    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_fault(&self, call: Call) -> Option<Fault> {
        let mut script = self.script();
        script.calls.push(call);
        let at = script.faults.iter().position(|(of, _)| *of == call)?;
        script.faults.remove(at).map(|(_, fault)| fault)
    }

    async fn die<T>(&self) -> T {
        self.died.notify_one();
        std::future::pending().await
    }

    async fn through<T>(
        &self,
        call: Call,
        sent: impl Future<Output = Outcome<T>> + Send,
        tamper: impl Fn(T, Fault) -> T + Send,
    ) -> Outcome<T> {
        match self.next_fault(call) {
            None => sent.await,
            Some(Fault::Unreachable) => Outcome::NotSent(Why::Unreachable),
            Some(Fault::LoseRequest) => Outcome::Unknown,
            Some(Fault::LoseAnswer) => {
                sent.await;
                Outcome::Unknown
            }
            Some(Fault::DieBefore) => self.die().await,
            Some(Fault::Stall) => {
                self.died.notify_one();
                self.gate.acquire().await.expect("the gate is never closed").forget();
                sent.await
            }
            // Unwinds as a panic does, without the noise of the hook.
            Some(Fault::Panic) => std::panic::resume_unwind(Box::new(PANIC_TEXT)),
            Some(Fault::DieAfter) => {
                sent.await;
                self.die().await
            }
            Some(fault @ (Fault::OtherAmount(_) | Fault::OtherCurrency | Fault::Card(_))) => match sent.await {
                Outcome::Done(told) => Outcome::Done(tamper(told, fault)),
                Outcome::Pending(told) => Outcome::Pending(tamper(told, fault)),
                Outcome::Action(told, next) => Outcome::Action(tamper(told, fault), next),
                other @ (Outcome::Declined(..) | Outcome::NotSent(_) | Outcome::Unknown) => other,
            },
        }
    }
}

fn tampered(snapshot: Snapshot, fault: Fault) -> Snapshot {
    let amount = match fault {
        Fault::OtherAmount(minor) => Money::new(minor, snapshot.amount.currency),
        Fault::OtherCurrency => Money::new(snapshot.amount.minor, "JPY".parse().expect("a currency")),
        Fault::Unreachable
        | Fault::LoseRequest
        | Fault::LoseAnswer
        | Fault::DieBefore
        | Fault::DieAfter
        | Fault::Stall
        | Fault::Panic
        | Fault::Card(_) => snapshot.amount,
    };
    let card = match fault {
        Fault::Card(print) => CardPrint::parse(print).ok(),
        _ => snapshot.card.clone(),
    };
    Snapshot {
        amount,
        card,
        ..snapshot
    }
}

#[async_trait]
impl Provider for Faulty {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn caps(&self) -> Caps {
        Caps {
            confirms_on_create: self.has_one_call,
            ..self.inner.caps()
        }
    }

    async fn create(&self, ctx: &Ctx, call: &CreatePayment) -> Outcome<Snapshot> {
        assert!(
            !call.confirm || self.has_one_call,
            "the provider cannot confirm on create"
        );
        self.through(Call::Create, self.inner.create(ctx, call), tampered).await
    }

    async fn confirm(&self, ctx: &Ctx, call: &ConfirmPayment) -> Outcome<Snapshot> {
        self.through(Call::Confirm, self.inner.confirm(ctx, call), tampered)
            .await
    }

    async fn void(&self, ctx: &Ctx, at: &PaymentAt, key: &OperationKey) -> Outcome<Snapshot> {
        self.through(Call::Void, self.inner.void(ctx, at, key), tampered).await
    }

    async fn refund(&self, ctx: &Ctx, call: &RefundPayment) -> Outcome<RefundSnapshot> {
        self.through(Call::Refund, self.inner.refund(ctx, call), |told, _| told)
            .await
    }

    async fn fetch_payment(&self, ctx: &Ctx, at: &PaymentAt) -> Outcome<Snapshot> {
        self.through(Call::Fetch, self.inner.fetch_payment(ctx, at), tampered)
            .await
    }

    async fn send_money(&self, ctx: &Ctx, call: &SendMoney) -> Outcome<PayoutSnapshot> {
        self.through(Call::SendMoney, self.inner.send_money(ctx, call), |told, _| told)
            .await
    }

    async fn transfer(&self, ctx: &Ctx, call: &SendTransfer) -> Outcome<TransferSnapshot> {
        self.through(Call::Transfer, self.inner.transfer(ctx, call), |told, _| told)
            .await
    }

    async fn fetch_dispute(&self, ctx: &Ctx, account: Option<&AccountRef>, id: &str) -> Outcome<DisputeSnapshot> {
        self.inner.fetch_dispute(ctx, account, id).await
    }

    async fn submit_evidence(&self, ctx: &Ctx, call: &SubmitEvidence) -> Outcome<()> {
        self.inner.submit_evidence(ctx, call).await
    }

    async fn concede(&self, ctx: &Ctx, call: &Concede) -> Outcome<()> {
        self.inner.concede(ctx, call).await
    }

    async fn list_warnings(
        &self,
        ctx: &Ctx,
        account: Option<&AccountRef>,
        since: Timestamp,
    ) -> Outcome<Vec<WarningSnapshot>> {
        self.inner.list_warnings(ctx, account, since).await
    }

    async fn list_disputes(
        &self,
        ctx: &Ctx,
        account: Option<&AccountRef>,
        opened_since: Timestamp,
    ) -> Outcome<Vec<DisputeSnapshot>> {
        let sent = self.inner.list_disputes(ctx, account, opened_since);
        self.through(Call::ListDisputes, sent, |told, _| told).await
    }

    async fn balance_lines(&self, ctx: &Ctx, ask: &AskLines<'_>) -> Outcome<LinesPage> {
        let forge = self.forge.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let told = self
            .through(Call::Lines, self.inner.balance_lines(ctx, ask), |told, _| told)
            .await;
        match (told, forge) {
            (Outcome::Done(page), Some(forge)) => Outcome::Done(LinesPage {
                lines: page.lines.into_iter().flat_map(|line| forge(line)).collect(),
                ..page
            }),
            (told, _) => told,
        }
    }

    async fn holdings(&self, ctx: &Ctx, account: Option<&AccountRef>) -> Outcome<Vec<Holding>> {
        let sent = self.inner.holdings(ctx, account);
        self.through(Call::Holdings, sent, |told, _| told).await
    }

    fn verify(&self, ctx: &Ctx, headers: &dyn HeaderLookup, body: &[u8]) -> Result<RawEvent, SignatureError> {
        self.inner.verify(ctx, headers, body)
    }
}
