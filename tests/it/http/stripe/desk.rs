//! An application that knows a fake Stripe, and a shop on it.

use axum::body::Body;
use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{
    Answer, Clerk, Shopkeeper, TestApp, Web,
    fakes::{
        FakeStripe,
        stripe::{NOTICE_SECRET, SECRET_KEY, Standing},
    },
};
use http::Request;
use serde_json::Value;
use sqlx::Connection as _;

pub(super) const PRICE: i64 = 25_000;

pub(super) struct Desk {
    pub app: TestApp,
    pub web: Web,
    pub fake: FakeStripe,
    pub shop: Shopkeeper,
    pub owner: Clerk,
}

impl Desk {
    /// Opens a shop that has no account yet.
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    pub async fn open_with(more: &[(&str, &str)]) -> Self {
        let app = TestApp::start().await;
        let fake = FakeStripe::start().await;
        let mut settings = vec![
            ("BILTEN_STRIPE_SECRET_KEY", SECRET_KEY),
            ("BILTEN_STRIPE_PUBLISHABLE_KEY", "pk_test_fake"),
            ("BILTEN_STRIPE_WEBHOOK_SECRETS", NOTICE_SECRET),
            ("BILTEN_STRIPE_BASE_URL", fake.base_url()),
        ];
        settings.extend_from_slice(more);
        let web = Web::with_settings(&app, &settings);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let owner = Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await;
        Self {
            app,
            web,
            fake,
            shop,
            owner,
        }
    }

    /// Connects an account as the owner would; returns Stripe's name of it.
    pub async fn connect(&self) -> String {
        let fields = [("country", "NO"), ("profile", "managed")];
        let answer = self.web.submit(&self.owner, "/manage/payees", &fields).await;
        assert_eq!(answer.leads_to(), "/manage/payees");
        self.account().await.expect("the account is recorded")
    }

    /// Connects an account, and has its owner tell Stripe everything.
    pub async fn connect_and_finish(&self) -> String {
        let account = self.connect().await;
        self.fake.set_standing(&account, Standing::Sells);
        self.deliver().await;
        account
    }

    pub async fn account(&self) -> Option<String> {
        let mut admin = self.app.test_db.admin().await;
        let found = sqlx::query_scalar(
            "select account from bilten.payee_accounts where tenant_id = $1 order by state = 'closed', id desc",
        )
        .bind(self.shop.id.uuid())
        .fetch_optional(&mut admin)
        .await
        .unwrap();
        admin.close().await.unwrap();
        found.flatten()
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        let mut admin = self.app.test_db.admin().await;
        let count = sqlx::query_scalar(query).fetch_one(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        count
    }

    /// Delivers every notice that came up, and does the work that follows.
    pub async fn deliver(&self) {
        for notice in self.fake.take_notices() {
            assert_eq!(self.send(&notice).await.status, 200);
        }
        self.web.run_jobs().await;
    }

    /// Sends a notice, signed now.
    pub async fn send(&self, notice: &Value) -> Answer {
        let body = notice.to_string();
        let signature = self.fake.sign(self.app.ctx(&self.app.alfa).now(), &body);
        self.send_raw("platform.localhost", "/webhooks/stripe/connect", &signature, body)
            .await
    }

    pub async fn send_raw(&self, host: &str, path: &str, signature: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header("host", host)
            .header("content-type", "application/json")
            .header("stripe-signature", signature);
        self.web.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Goes from an event to the pay page; returns its address.
    pub async fn to_the_pay_page(&self) -> String {
        let (_, ticket_type) = self.web.open_sale(&self.shop, 10, PRICE).await;
        self.to_the_pay_page_of(&ticket_type).await
    }

    pub async fn to_the_pay_page_of(&self, ticket_type: &str) -> String {
        let field = format!("qty_{ticket_type}");
        let cart = self.form("/events/concert/carts", &[(&field, "1")]).await.leads_to();
        let details = [("email", "ada@example.org"), ("name", "Ada Canary")];
        self.form(&cart, &details).await.leads_to()
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.web.form(&self.shop.host, path, fields).await
    }

    pub async fn page(&self, path: &str) -> Answer {
        self.web.page(&self.shop.host, path).await
    }

    pub async fn pay(&self, pay: &str, token: &str) -> Answer {
        self.form(pay, &[("method", "stripe"), ("confirmation_token", token)])
            .await
    }
}
