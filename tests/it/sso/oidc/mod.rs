//! Log-in at an identity provider: the whole way through our pages, against a provider that is honest or lies.

mod attacks;
mod domains;
mod flow;
mod lies;
mod logout;
mod peer;

use std::collections::BTreeMap;

use axum::body::Body;
use bilten_kernel::{ApiScopes, Ctx, Secret, SsoConnectionId};
use bilten_sso::{
    connections::{self, Draft, Terms},
    sign_in::{self, AttemptRow},
};
use bilten_tenancy::permissions::Role;
use bilten_tests::{
    Answer, Clerk, Shopkeeper, TestApp, Web,
    fakes::{
        FakeIdp,
        idp::{CLIENT_ID, CLIENT_SECRET},
    },
};
use http::{Request, header::SET_COOKIE};
use jiff::SignedDuration;
use url::form_urlencoded;

/// Two shops, a provider, and a connection of the first shop that is in use.
struct Rig {
    app: TestApp,
    web: Web,
    idp: FakeIdp,
    shop: Shopkeeper,
    other: Shopkeeper,
    owner: Clerk,
    id: SsoConnectionId,
}

/// Cookies of a browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Browser(BTreeMap<String, String>);

impl Browser {
    /// The browser of somebody who is logged in.
    pub(super) fn of(clerk: &Clerk) -> Self {
        Self(BTreeMap::from([("session".to_owned(), clerk.cookie.clone())]))
    }

    fn take(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    pub(super) async fn get(&mut self, web: &Web, host: &str, path: &str) -> Answer {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(path)
            .header("host", host)
            .header("accept", "text/html")
            .header("cookie", cookies.join("; "));
        let answer = web.send(request.body(Body::empty()).unwrap()).await;
        self.take(&answer);
        answer
    }
}

impl Rig {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let idp = FakeIdp::start(app.now().as_second()).await;
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let owner = Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await;
        let mut rig = Self {
            id: SsoConnectionId::from_uuid(uuid::Uuid::nil()),
            app,
            web,
            idp,
            shop,
            other,
            owner,
        };
        rig.id = rig.connect(&rig.shop.clone(), &rig.idp.issuer.clone(), |_| {}).await;
        rig.activate(rig.id).await;
        rig.app.advance(SignedDuration::from_millis(1));
        rig
    }

    fn ctx(&self) -> Ctx {
        self.app.ctx_in(self.shop.id)
    }

    /// Sets a connection up, as a draft.
    async fn connect(&self, shop: &Shopkeeper, issuer: &str, change: impl FnOnce(&mut Draft)) -> SsoConnectionId {
        let ctx = self.app.ctx_in(shop.id);
        let mut draft = Draft {
            guide: "generic".to_owned(),
            name: "Example ID".to_owned(),
            issuer: issuer.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            ..Draft::default()
        };
        change(&mut draft);
        let terms = Terms::read(&draft, self.web.state.sso.oidc.egress()).unwrap();
        let id: SsoConnectionId = ctx.new_id();
        let secret = Secret::new(CLIENT_SECRET.to_owned());
        let mut tx = self.web.state.db.begin(&ctx).await.unwrap();
        connections::create(&mut tx, &ctx, &self.web.state.sso.seal, (id, &terms, &secret))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Tests the connection as its owner, which ties his account to the person of the provider, and takes it into use.
    async fn activate(&self, id: SsoConnectionId) {
        let mut browser = Browser::of(&self.owner);
        let away = browser
            .get(&self.web, &self.shop.host, &format!("/manage/sso/{id}/test"))
            .await;
        let back = self.idp.log_in(away.location());
        let answer = browser.get(&self.web, &self.shop.host, &callback(id, &back)).await;
        assert_eq!(answer.location(), format!("/manage/sso/{id}"), "{}", answer.text);
        let page = format!("/manage/sso/{id}/activation");
        self.web.submit(&self.owner, &page, &[]).await.expect(303);
    }

    /// Sends a fresh browser to the provider; returns it with the query that it comes back with.
    async fn go(&self) -> (Browser, BTreeMap<String, String>) {
        self.app.advance(SignedDuration::from_millis(1));
        let mut browser = Browser::default();
        let path = format!("/manage/login/sso/{}?next=%2Fmanage%2Forders", self.id);
        let away = browser.get(&self.web, &self.shop.host, &path).await;
        let back = self.idp.log_in(away.location());
        (browser, back)
    }

    /// Lets a browser come back.
    async fn back(&self, browser: &mut Browser, query: &BTreeMap<String, String>) -> Answer {
        browser.get(&self.web, &self.shop.host, &callback(self.id, query)).await
    }

    /// The whole way with a fresh browser.
    async fn log_in(&self) -> (Browser, Answer) {
        let (mut browser, back) = self.go().await;
        let answer = self.back(&mut browser, &back).await;
        (browser, answer)
    }

    /// The latest attempt of the connection. Ids of one instant are in no order, so that the next one has an instant of its own.
    async fn last_attempt(&self) -> AttemptRow {
        self.app.advance(SignedDuration::from_millis(1));
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        let all = sign_in::recent(&mut tx, self.id).await.unwrap();
        tx.rollback().await.unwrap();
        all.into_iter().next().unwrap()
    }

    /// Tells whether a browser is logged in.
    async fn is_in(&self, browser: &Browser) -> bool {
        let mut browser = browser.clone();
        let answer = browser.get(&self.web, &self.shop.host, "/manage").await;
        answer.status == 200
    }
}

fn callback(id: SsoConnectionId, query: &BTreeMap<String, String>) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    format!("/manage/login/sso/{id}/callback?{query}")
}
