//! Log-in at a SAML provider: the whole way through our pages, against a provider that is honest or lies.

mod attacks;
mod claims;
mod covered;
mod flow;
mod lies;
mod logout;
mod mutations;
mod oracles;
mod peer;
mod setup;

use axum::body::Body;
use bilten_kernel::{ApiScopes, Ctx, SsoConnectionId};
use bilten_sso::{
    connections::{self, Draft, Terms},
    saml::Metadata,
    saml_peers::Provider,
    sign_in::{self, AttemptRow},
};
use bilten_tenancy::permissions::Role;
use bilten_tests::{
    Answer, Clerk, Shopkeeper, TestApp, Web,
    fakes::{SamlAsked, SamlIdp, SamlTwist},
};
use data_encoding::BASE64;
use http::Request;
use jiff::SignedDuration;
use url::form_urlencoded;

use super::oidc::Browser;

/// Name of the honest provider.
const IDP: &str = "https://idp.example.com";

/// Two shops, a provider, and a connection of the first shop that is in use.
struct Rig {
    app: TestApp,
    web: Web,
    idp: SamlIdp,
    shop: Shopkeeper,
    other: Shopkeeper,
    owner: Clerk,
    id: SsoConnectionId,
}

impl Rig {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let owner = Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await;
        let mut rig = Self {
            id: SsoConnectionId::from_uuid(uuid::Uuid::nil()),
            idp: SamlIdp::new(IDP),
            app,
            web,
            shop,
            other,
            owner,
        };
        rig.id = rig.connect(&rig.shop, &rig.idp, |_| {}).await;
        rig.activate(rig.id).await;
        rig.app.advance(SignedDuration::from_millis(1));
        rig
    }

    fn ctx(&self) -> Ctx {
        self.app.ctx_in(self.shop.id)
    }

    /// Sets a connection up, as a draft.
    async fn connect(&self, shop: &Shopkeeper, idp: &SamlIdp, change: impl FnOnce(&mut Draft)) -> SsoConnectionId {
        let ctx = self.app.ctx_in(shop.id);
        let id: SsoConnectionId = ctx.new_id();
        let metadata = Metadata::read(idp.metadata().as_bytes()).unwrap();
        let mut draft = Draft {
            name: "Example ID".to_owned(),
            issuer: metadata.entity_id.clone(),
            client_id: format!("http://{}:8080/sso/{id}/saml/metadata", shop.host),
            ..Draft::default()
        };
        change(&mut draft);
        let terms = Terms::read_saml(&draft).unwrap();
        let provider = Provider::of(&metadata, None, None);
        let mut tx = self.web.state.db.begin(&ctx).await.unwrap();
        connections::create_saml(&mut tx, &ctx, (id, &terms, &provider))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Tests the connection as its owner, which ties his account to the person of the provider, and takes it into use.
    async fn activate(&self, id: SsoConnectionId) {
        let mut browser = Browser::of(&self.owner);
        let path = format!("/manage/sso/{id}/test");
        let away = browser.get(&self.web, &self.shop.host, &path).await;
        let answer = self
            .idp
            .answer(&SamlAsked::read(away.location()), self.app.now(), &SamlTwist::default());
        let page = self.back(&mut browser, (&self.shop, id), &answer).await;
        assert_eq!(page.location(), format!("/manage/sso/{id}"), "{}", page.text);
        let path = format!("/manage/sso/{id}/activation");
        self.web.submit(&self.owner, &path, &[]).await.expect(303);
    }

    /// Sends a fresh browser away; returns it with what is asked.
    async fn go(&self) -> (Browser, SamlAsked) {
        self.app.advance(SignedDuration::from_millis(1));
        let mut browser = Browser::default();
        let path = format!("/manage/login/sso/{}?next=%2Fmanage%2Forders", self.id);
        let away = browser.get(&self.web, &self.shop.host, &path).await;
        assert!(
            away.location().starts_with(&format!("{IDP}/sso?SAMLRequest=")),
            "{}",
            away.location()
        );
        let asked = SamlAsked::read(away.location());
        (browser, asked)
    }

    /// Posts an answer as a browser does that comes from another site: without cookies. Returns where it is led.
    async fn post(&self, (shop, id): (&Shopkeeper, SsoConnectionId), answer: &str) -> Answer {
        post(&self.web, (&shop.host, id), answer).await
    }

    /// Posts an answer and follows to our page, with the browser's cookies.
    async fn back(&self, browser: &mut Browser, at: (&Shopkeeper, SsoConnectionId), answer: &str) -> Answer {
        let led = self.post(at, answer).await;
        assert_eq!(led.status, 303, "{}", led.text);
        browser.get(&self.web, &at.0.host, led.location()).await
    }

    /// The whole way with a fresh browser and an answer that is twisted.
    async fn log_in(&self, twist: &SamlTwist) -> (Browser, Answer) {
        let (mut browser, asked) = self.go().await;
        let answer = self.idp.answer(&asked, self.app.now(), twist);
        let page = self.back(&mut browser, (&self.shop, self.id), &answer).await;
        (browser, page)
    }

    /// The latest attempt of the connection; the next one has an instant of its own.
    async fn last_attempt(&self) -> AttemptRow {
        self.app.advance(SignedDuration::from_millis(1));
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        let all = sign_in::recent(&mut tx, self.id).await.unwrap();
        tx.rollback().await.unwrap();
        all.into_iter().next().unwrap()
    }

    async fn failed(&self) -> Option<String> {
        self.last_attempt().await.failed
    }

    /// Tells whether a browser is logged in.
    async fn is_in(&self, browser: &Browser) -> bool {
        let mut browser = browser.clone();
        browser.get(&self.web, &self.shop.host, "/manage").await.status == 200
    }
}

async fn post(web: &Web, (host, id): (&str, SsoConnectionId), answer: &str) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLResponse", &BASE64.encode(answer.as_bytes()))
        .append_pair("RelayState", "javascript:alert(1)")
        .finish();
    let request = Request::post(format!("/sso/{id}/saml/acs"))
        .header("host", host)
        .header("origin", "https://idp.example.com")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded");
    web.send(request.body(Body::from(body)).unwrap()).await
}
