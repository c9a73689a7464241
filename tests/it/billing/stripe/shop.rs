//! A shop whose payee has an account at Stripe.

use std::sync::Arc;

use bilten_billing::{
    checkout::{self, Checkout, PayError, PayOrder, PayStatus, Paying},
    provider::{ConfirmationToken, Method, PaymentRef, Provider, Providers},
    reconcile,
};
use bilten_core::pricing::{self, FeeBand, FeeBase, FeeBasis, FeeRule, Payer, RuleRef};
use bilten_kernel::{CartId, OrderId};
use bilten_tenancy::jobs::{Worker, WorkerParts};
use bilten_tests::fakes::{FakeStripe, Faulty};
use sqlx::Connection as _;

use super::super::till::Till;

pub(super) struct Shop {
    pub till: Till,
    pub fake: FakeStripe,
    pub account: String,
    pub line: Faulty,
    pub checkout: Checkout,
    worker: Worker,
}

impl Shop {
    /// Opens a shop with so many places; the platform takes 5 %.
    pub async fn open(places: i64) -> Self {
        Self::open_as(places, "managed").await
    }

    /// Opens one whose account is of this profile.
    pub async fn open_as(places: i64, profile: &str) -> Self {
        let till = Till::open(places).await;
        let fake = FakeStripe::start().await;
        let account = fake.account_that_sells();
        add_payee(&till, (&account, profile)).await;
        take_fees(&till).await;
        let line = Faulty::new(Arc::new(fake.provider()));
        let provider: Arc<dyn Provider> = Arc::new(line.clone());
        let checkout = Checkout::new(
            till.app.db.clone(),
            Providers::new([provider]),
            till.checkout.risk.clone(),
        );
        let worker = Worker::new(WorkerParts {
            db: till.app.db.clone(),
            directory: till.app.directory.clone(),
            clock: Arc::new(till.app.clock.clone()),
            entropy: Arc::clone(&till.app.entropy),
            handlers: reconcile::handlers(&checkout),
            chores: reconcile::chores(),
            subscribers: reconcile::subscribers(),
        });
        Self {
            till,
            fake,
            account,
            line,
            checkout,
            worker,
        }
    }

    /// What the pay page asks for, after the buyer filled Stripe's form.
    pub fn wish(&self, cart: CartId, token: &str) -> PayOrder<'static> {
        PayOrder {
            provider: "stripe",
            method: Method::Embedded,
            token: Some(ConfirmationToken::parse(token).unwrap()),
            ..self.till.hosted(cart)
        }
    }

    pub async fn try_pay(&self, wish: PayOrder<'_>) -> Result<Paying, PayError> {
        checkout::pay(&self.checkout, &self.till.ctx(), wish).await
    }

    pub async fn pay(&self, cart: CartId, token: &str) -> PayStatus {
        self.try_pay(self.wish(cart, token)).await.unwrap().status
    }

    pub async fn look(&self, order: OrderId) -> PayStatus {
        checkout::look(&self.checkout, &self.till.ctx(), order)
            .await
            .unwrap()
            .status
    }

    pub async fn work(&self) {
        self.worker.run_until_idle().await.unwrap();
    }

    pub async fn work_until_settled(&self) {
        for _ in 0..4 {
            self.till.advance(600);
            self.work().await;
        }
    }

    /// The only payment on the account.
    pub fn payment(&self) -> PaymentRef {
        let payments = self.fake.payments_on(&self.account);
        assert_eq!(payments.len(), 1, "there is one payment: {payments:?}");
        PaymentRef::parse(&payments[0]).unwrap()
    }

    /// Money at Stripe and tickets here belong together, and nothing is open or held.
    pub async fn assert_settled(&self) {
        bilten_core::inventory::sweep(&self.till.app.db, &self.till.ctx())
            .await
            .unwrap();
        let books = self.till.books().await;
        let paid = self.fake.paid_on(&self.account);
        assert_eq!(paid.taken - paid.refunded, books.sales, "{paid:?} {books:?}");
        assert_eq!(books.tickets, books.sold, "{books:?}");
        assert_eq!((books.live, books.held), (0, 0), "{books:?}");
    }
}

/// Gives the first tenant a payee that may sell.
async fn add_payee(till: &Till, (account, profile): (&str, &str)) {
    let mut admin = till.app.test_db.admin().await;
    sqlx::query(
        "insert into bilten.payee_accounts (tenant_id, id, provider, account, profile, state, country, charges_enabled,
                                            can_take_cards, payouts_enabled, created_at, updated_at)
         values ($1, gen_random_uuid(), 'stripe', $2, $3, 'active', 'NO', true, true, true, '2031-05-01', '2031-05-01')",
    )
    .bind(till.app.alfa.id.uuid())
    .bind(account)
    .bind(profile)
    .execute(&mut admin)
    .await
    .unwrap();
    admin.close().await.unwrap();
}

/// The platform's plan: 5 % of each paid ticket, borne by the shop.
async fn take_fees(till: &Till) {
    let ctx = till.app.ctx(&till.app.alfa);
    let fee = FeeRule {
        rule: RuleRef::numbered(2, 1),
        payer: Payer::Payee,
        basis: FeeBasis::PerTicket,
        base: FeeBase::Gross,
        is_paid_only: true,
        currency: None,
        from: None,
        to: None,
        bands: vec![FeeBand {
            rate_bp: 500,
            ..FeeBand::default()
        }],
    };
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    pricing::set_platform_fees(&ctx, &mut tx, vec![fee]).await.unwrap();
    tx.commit().await.unwrap();
}
