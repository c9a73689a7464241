//! Operators of the platform visit a tenant: asked for, let in, seen, and sent out.

mod cases;
mod ends;
mod inside;
mod list;
mod walk;

use bilten_kernel::{AccountId, ApiScopes, Ctx, OperatorId, VisitId};
use bilten_sso::{
    SessionToken,
    visits::{self, VisitRow},
};
use bilten_tenancy::{
    audit::{self, AuditFilter, AuditRow},
    permissions::Role,
};
use bilten_tests::{Answer, Clerk, Shopkeeper, TestApp, Web, db};
use jiff::SignedDuration;

const REASON: &str = "Door list does not load";

/// Two shops, their people, and an operator at the platform's console.
struct Stage {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    sor: Shopkeeper,
    owner: Clerk,
    admin: Clerk,
    operator: Clerk,
    operator_id: OperatorId,
}

impl Stage {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
        let admin = Clerk::hire(&app, (nord.id, &nord.host), Role::Admin, None).await;
        let (operator, operator_id) = appoint(&app, "Support One").await;
        Self {
            app,
            web,
            nord,
            sor,
            owner,
            admin,
            operator,
            operator_id,
        }
    }

    fn ctx(&self) -> Ctx {
        self.app.ctx_in(self.nord.id)
    }

    /// Asks to visit the first shop.
    async fn ask(&self, powers: &[&str]) -> Answer {
        self.ask_of(&self.nord, REASON, ("30", powers)).await
    }

    async fn ask_of(&self, shop: &Shopkeeper, reason: &str, (minutes, powers): (&str, &[&str])) -> Answer {
        // Visits are listed by the time at which they were asked for.
        self.app.advance(SignedDuration::from_secs(1));
        let mut fields = vec![("reason", reason), ("reference", "CASE-1"), ("minutes", minutes)];
        fields.extend(powers.iter().map(|power| ("power", *power)));
        let path = format!("/tenants/{}/visits", shop.id);
        self.web.submit(&self.operator, &path, &fields).await
    }

    /// The newest visit of the first shop.
    async fn newest(&self) -> VisitRow {
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        visits::list(&mut tx, None).await.unwrap().remove(0)
    }

    /// Asks, and is let in by the owner.
    async fn granted(&self, powers: &[&str]) -> VisitId {
        let asked = self.ask(powers).await;
        assert_eq!(flash(&asked), "flash-visit-asked", "{}", asked.text);
        let id = self.newest().await.id;
        let approved = self.answer(&self.owner, id, "approval").await;
        assert_eq!(flash(&approved), "flash-visit-approved", "{}", approved.text);
        id
    }

    async fn answer(&self, clerk: &Clerk, id: VisitId, what: &str) -> Answer {
        let path = format!("/manage/platform-access/{id}/{what}");
        self.web.submit(clerk, &path, &[]).await
    }

    async fn begin(&self, operator: &Clerk, id: VisitId) -> Answer {
        let path = format!("/tenants/{}/visits/{id}/begin", self.nord.id);
        self.web.submit(operator, &path, &[]).await
    }

    /// Gets a code for a visit that was granted.
    async fn code(&self, id: VisitId) -> String {
        let begun = self.begin(&self.operator, id).await;
        let location = begun.location();
        let code = location
            .split_once("/manage/visit?code=")
            .map(|(_, code)| code.to_owned());
        code.unwrap_or_else(|| panic!("{} {location} {}", begun.status, flash(&begun)))
    }

    async fn arrive(&self, host: &str, code: &str) -> Answer {
        self.web.form(host, "/manage/visit", &[("code", code)]).await
    }

    /// Goes in; what comes back looks at pages as the visitor.
    async fn enter(&self, id: VisitId) -> Clerk {
        let code = self.code(id).await;
        let arrived = self.arrive(&self.nord.host, &code).await;
        assert_eq!(arrived.location(), "/manage", "{}", arrived.text);
        let cookies = arrived.cookies();
        let cookie = cookies.iter().find_map(|cookie| cookie.strip_prefix("visit="));
        let token = cookie.and_then(|cookie| cookie.split(';').next()).unwrap().to_owned();
        let mut admin = self.app.test_db.admin().await;
        let csrf: String = sqlx::query_scalar("select csrf_token from bilten.visits where id = $1")
            .bind(id.uuid())
            .fetch_one(&mut admin)
            .await
            .unwrap();
        Clerk {
            host: self.nord.host.clone(),
            cookie: format!("none; visit={token}"),
            csrf,
            account: nobody(),
        }
    }

    async fn visitor(&self, powers: &[&str]) -> (VisitId, Clerk) {
        let id = self.granted(powers).await;
        (id, self.enter(id).await)
    }

    async fn set_rules(&self, fields: &[(&str, &str)]) {
        let saved = self.web.submit(&self.owner, "/manage/platform-access", fields).await;
        assert_eq!(flash(&saved), "flash-visit-rules-set", "{}", saved.text);
    }

    /// A window of some hours around the present, in the shop's zone.
    async fn open_window(&self) {
        self.set_rules(&[
            ("mode", "window"),
            ("from", "2031-05-01T11:00"),
            ("until", "2031-05-01T14:00"),
        ])
        .await;
    }

    /// What is in the first shop's record, the newest first.
    async fn record(&self, action: &str) -> Vec<AuditRow> {
        let filter = AuditFilter {
            action: Some(action.to_owned()),
            ..AuditFilter::default()
        };
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        audit::list(&mut tx, &filter, None, 1_000).await.unwrap()
    }
}

/// Makes an operator who is logged in, without the dear hashing of a password.
async fn appoint(app: &TestApp, name: &str) -> (Clerk, OperatorId) {
    let ctx = app.ctx(&app.alfa);
    let (id, token): (OperatorId, _) = (ctx.new_id(), SessionToken::from_random(ctx.random()));
    let csrf = data_encoding::HEXLOWER.encode(&ctx.random::<16>());
    let hash = data_encoding::HEXLOWER.encode(token.hash().as_bytes());
    let (operator, now) = (id.uuid(), ctx.now());
    let mut admin = app.test_db.admin().await;
    db::run(
        &mut admin,
        &format!(
            "insert into platform.operators (id, email_norm, name, password_hash, created_at)
             values ('{operator}', '{operator}@platform.test', '{name}', 'none', '{now}');
             insert into platform.sessions (token_hash, operator_id, csrf_token, created_at, expires_at)
             values (decode('{hash}', 'hex'), '{operator}', '{csrf}', '{now}', timestamptz '{now}' + interval '12 hours')"
        ),
    )
    .await;
    let clerk = Clerk {
        host: "platform.localhost".to_owned(),
        cookie: token.expose().clone(),
        csrf,
        account: nobody(),
    };
    (clerk, id)
}

fn nobody() -> AccountId {
    AccountId::from_uuid(uuid::Uuid::nil())
}

/// What the answer says on the next page.
fn flash(answer: &Answer) -> String {
    let cookies = answer.cookies();
    let found = cookies.iter().find_map(|cookie| cookie.strip_prefix("flash="));
    let value = found.unwrap_or_default().split(';').next();
    value.unwrap_or_default().to_owned()
}
