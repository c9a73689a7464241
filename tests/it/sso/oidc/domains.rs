//! Verified mail domains, people who are taken in, roles by groups, and log-in that is enforced.

use bilten_kernel::{AccountId, ApiScopes};
use bilten_sso::{accounts, domains::PUBLIC};
use bilten_tenancy::permissions;
use bilten_tests::{
    Clerk, PASSWORD, Web,
    fakes::{FakeDns, FakeIdp, Twist},
    report,
};
use serde_json::{Value, json};

use super::{Rig, Role};

/// The rig with a name server that we decide about.
async fn rig() -> (Rig, FakeDns) {
    let dns = FakeDns::start().await;
    let mut rig = Rig::new().await;
    let server = dns.address.to_string();
    rig.web = Web::with_settings(&rig.app, &[("BILTEN_DNS_SERVER", &server)]);
    (rig, dns)
}

fn record(page: &str, domain: &str) -> String {
    let block = page
        .split(&format!("<code>_sso-verification.{domain}</code>"))
        .nth(1)
        .unwrap();
    let text = block.split("<code>").nth(1).unwrap();
    text.split('<').next().unwrap().to_owned()
}

/// Proves a domain as the owner of the first shop does.
async fn prove(rig: &Rig, dns: &FakeDns, owner: &Clerk, domain: &str) -> String {
    rig.web
        .submit(owner, "/manage/sso/domains", &[("domain", domain)])
        .await;
    let page = rig.web.look(owner, "/manage/sso").await;
    let text = record(&page.text, domain);
    dns.publish(&format!("_sso-verification.{domain}"), &text);
    let answer = rig
        .web
        .submit(owner, "/manage/sso/domains/verification", &[("domain", domain)])
        .await;
    answer.cookies().join(" ")
}

async fn roles_of(rig: &Rig, email: &str) -> Option<(AccountId, Vec<String>)> {
    let mut tx = rig.app.db.begin(&rig.ctx()).await.unwrap();
    let account = accounts::find_by_email(&mut tx, email).await.unwrap()?;
    let held = permissions::list_memberships(&mut tx, account.id).await.unwrap();
    tx.rollback().await.unwrap();
    let mut roles: Vec<String> = held.into_iter().map(|membership| membership.role.to_string()).collect();
    roles.sort();
    Some((account.id, roles))
}

/// Lets the connection take people in.
async fn take_in(rig: &Rig, default_role: &str) {
    let fields = [
        ("name", "Example ID"),
        ("issuer", rig.idp.issuer.as_str()),
        ("client_id", super::CLIENT_ID),
        ("jit", "1"),
        ("default_role", default_role),
    ];
    rig.web
        .submit(&rig.owner, &format!("/manage/sso/{}", rig.id), &fields)
        .await;
}

fn person(email: &str, groups: &Value) -> Value {
    json!({ "email": email, "email_verified": true, "name": "Ada", "groups": groups })
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_a_domain_is_proved_by_its_record_and_belongs_to_one_shop() {
    let (rig, dns) = rig().await;
    let refused = rig
        .web
        .submit(&rig.owner, "/manage/sso/domains", &[("domain", "GMail.com")])
        .await;
    assert_eq!(refused.status, 422);
    rig.web
        .submit(&rig.owner, "/manage/sso/domains", &[("domain", "nord.example")])
        .await;
    let answer = rig
        .web
        .submit(
            &rig.owner,
            "/manage/sso/domains/verification",
            &[("domain", "nord.example")],
        )
        .await;
    assert!(
        answer.cookies().join(" ").contains("flash-sso-unverified"),
        "{:?}",
        answer.cookies()
    );
    dns.publish("_sso-verification.nord.example", "sso-domain-verification=guessed");
    let answer = rig
        .web
        .submit(
            &rig.owner,
            "/manage/sso/domains/verification",
            &[("domain", "nord.example")],
        )
        .await;
    assert!(answer.cookies().join(" ").contains("flash-sso-unverified"));
    assert!(
        prove(&rig, &dns, &rig.owner, "nord.example")
            .await
            .contains("flash-sso-verified")
    );

    let rival = Clerk::hire(&rig.app, (rig.other.id, &rig.other.host), Role::Owner, None).await;
    assert!(
        prove(&rig, &dns, &rival, "nord.example")
            .await
            .contains("flash-sso-domain-taken")
    );
    // When its owner lets go of it, the next one who proves it has it.
    rig.web
        .submit(&rig.owner, "/manage/sso/domains/removal", &[("domain", "nord.example")])
        .await;
    assert!(
        prove(&rig, &dns, &rival, "nord.example")
            .await
            .contains("flash-sso-verified")
    );
    let back = prove(&rig, &dns, &rig.owner, "nord.example").await;
    assert!(back.contains("flash-sso-domain-taken"), "{back}");
    report(&format!(
        "mail domains: one owner in the platform, {} public ones refused",
        PUBLIC.len()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_people_of_a_proved_domain_are_taken_in() {
    let (rig, dns) = rig().await;
    let failed = async |wanted: &str| {
        let (browser, _) = rig.log_in().await;
        assert!(!rig.is_in(&browser).await, "{wanted}");
        assert_eq!(rig.last_attempt().await.failed.as_deref(), Some(wanted));
    };
    rig.idp.person("ada", &person("ada@nord.example", &json!([])));
    failed("unknown").await;
    take_in(&rig, "door_staff").await;
    failed("domain").await;
    prove(&rig, &dns, &rig.owner, "nord.example").await;
    rig.idp
        .person("ada", &json!({ "email": "ada@nord.example", "name": "Ada" }));
    failed("email_unverified").await;
    rig.idp.person("ada", &person("ada@sub.nord.example", &json!([])));
    failed("domain").await;
    rig.idp.person("ada", &json!({ "sub": "ada" }));
    failed("person").await;
    assert_eq!(roles_of(&rig, "ada@nord.example").await, None);

    rig.idp.person("ada", &person("ada@nord.example", &json!([])));
    let (_, answer) = rig.log_in().await;
    assert_eq!(answer.location(), "/manage/orders", "{}", answer.text);
    let (account, roles) = roles_of(&rig, "ada@nord.example").await.unwrap();
    assert_eq!(roles, ["door_staff"]);
    // The second time he is known, and no password opens his account.
    let (_, answer) = rig.log_in().await;
    assert_eq!(answer.location(), "/manage/orders");
    assert_eq!(roles_of(&rig, "ada@nord.example").await.unwrap().0, account);
    let form = [("email", "ada@nord.example"), ("password", "anything at all")];
    assert_eq!(rig.web.form(&rig.shop.host, "/manage/login", &form).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_give_roles_anew_at_each_log_in() {
    let (rig, dns) = rig().await;
    prove(&rig, &dns, &rig.owner, "nord.example").await;
    take_in(&rig, "").await;
    rig.idp.person("ada", &person("ada@nord.example", &json!(["Crew"])));
    rig.log_in().await;
    assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("no_role"));
    let map = [
        ("group", "Crew"),
        ("role", "door_staff"),
        ("group", "Makers"),
        ("role", "event_manager"),
        ("group", "Boss"),
        ("role", "owner"),
    ];
    let path = format!("/manage/sso/{}/groups", rig.id);
    // Nobody gives by a group what he does not hold himself.
    let admin = Clerk::hire(&rig.app, (rig.shop.id, &rig.shop.host), Role::Admin, None).await;
    let lifted = [("group", "Crew"), ("role", "owner"), ("confirmed", "1")];
    assert!(rig.web.submit(&admin, &path, &lifted).await.status.is_client_error());
    // The owner, who is known and in no group, would lose access: that is said first.
    let warned = rig.web.submit(&rig.owner, &path, &map).await;
    assert!(
        warned.status == 422 && warned.text.contains("One person loses access"),
        "{}",
        warned.text
    );
    let confirmed = [map.as_slice(), &[("confirmed", "1")]].concat();
    rig.web.submit(&rig.owner, &path, &confirmed).await;
    for (groups, roles) in [
        (json!(["Crew"]), vec!["door_staff"]),
        (json!(["Makers", "Crew"]), vec!["door_staff", "event_manager"]),
        (json!("Makers"), vec!["event_manager"]),
        (json!(["Boss", "unheard of"]), vec!["owner"]),
        (json!(["Crew"]), vec!["door_staff"]),
    ] {
        rig.idp.person("ada", &person("ada@nord.example", &groups));
        let (_, answer) = rig.log_in().await;
        assert_eq!(answer.location(), "/manage/orders", "{groups} {}", answer.text);
        assert_eq!(roles_of(&rig, "ada@nord.example").await.unwrap().1, roles, "{groups}");
    }
    for groups in [json!([]), json!(["crew"]), Value::Null, json!({ "Crew": true })] {
        rig.idp.person("ada", &person("ada@nord.example", &groups));
        let (browser, _) = rig.log_in().await;
        assert!(!rig.is_in(&browser).await, "{groups}");
        assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("no_role"), "{groups}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_enforced_passwords_open_nothing_but_for_emergencies() {
    let (rig, _dns) = rig().await;
    let owner = "owner@nord.test";
    let form = [("email", owner), ("password", PASSWORD)];
    let enforce = async |first: &str| {
        let id = rig.id.to_string();
        let fields = [("connection", id.as_str()), ("first", first), ("second", "")];
        rig.web.submit(&rig.owner, "/manage/sso/enforcement", &fields).await
    };
    assert_eq!(enforce("nobody@nord.test").await.status, 422);
    let kept = format!("{}@example.org", rig.owner.account.uuid());
    assert_eq!(enforce(&kept).await.location(), "/manage/sso");
    let refused = rig.web.form(&rig.shop.host, "/manage/login", &form).await;
    assert_eq!((refused.status.as_u16(), refused.session()), (422, None));
    assert!(refused.text.contains("Log in with Example ID"));
    let wrong = [("email", owner), ("password", "not the password")];
    let refused_wrong = rig.web.form(&rig.shop.host, "/manage/login", &wrong).await;
    assert!(
        refused_wrong.text.contains("is wrong"),
        "who does not know the password learns nothing"
    );
    // The other shop goes on as before.
    let there = rig
        .web
        .form(
            &rig.other.host,
            "/manage/login",
            &[("email", "owner@sor.test"), ("password", PASSWORD)],
        )
        .await;
    assert!(there.session().is_some());
    // What everybody needs cannot be taken away meanwhile.
    for step in ["deactivation", "deletion"] {
        let answer = rig
            .web
            .submit(&rig.owner, &format!("/manage/sso/{}/{step}", rig.id), &[])
            .await;
        assert!(answer.cookies().join(" ").contains("flash-sso-enforced"), "{step}");
    }
    let (browser, _) = rig.log_in().await;
    assert!(rig.is_in(&browser).await);

    assert_eq!(enforce(owner).await.location(), "/manage/sso");
    let opened = rig.web.form(&rig.shop.host, "/manage/login", &form).await;
    assert!(opened.session().is_some(), "{}", opened.text);
    rig.web.run_jobs().await;
    let mails = rig
        .web
        .state
        .mailbox
        .as_ref()
        .unwrap()
        .list(Some(rig.shop.id))
        .await
        .unwrap();
    assert!(
        mails.iter().any(|mail| mail.to.email == owner),
        "owners are told: {}",
        mails.len()
    );
    rig.web.submit(&rig.owner, "/manage/sso/enforcement/end", &[]).await;
    assert!(
        rig.web
            .form(&rig.shop.host, "/manage/login", &form)
            .await
            .session()
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_warned_before_a_secret_ends_each_time_once() {
    let (rig, _dns) = rig().await;
    let fields = [
        ("name", "Example ID"),
        ("issuer", rig.idp.issuer.as_str()),
        ("client_id", super::CLIENT_ID),
        ("secret_expires_on", "2031-07-05"),
    ];
    rig.web
        .submit(&rig.owner, &format!("/manage/sso/{}", rig.id), &fields)
        .await;
    let mut counts = Vec::new();
    for _ in 0..70 {
        let ctx = rig.ctx();
        let mut tx = rig.app.db.begin(&ctx).await.unwrap();
        let due = bilten_sso::connections::due_warnings(&mut tx, &ctx).await.unwrap();
        tx.commit().await.unwrap();
        counts.extend(due.into_iter().map(|warning| warning.days_left));
        rig.app.advance(jiff::SignedDuration::from_hours(24));
    }
    assert_eq!(counts, [60, 30, 14, 7, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_hears_nothing_of_another_ones_provider() {
    let (rig, _dns) = rig().await;
    let third = rig.web.open_shop(&rig.app, "vest", ApiScopes::all()).await;
    let own = FakeIdp::start(rig.app.now().as_second()).await;
    own.twist(Twist::default());
    rig.connect(&third, &own.issuer, |draft| draft.name = "Third".to_owned())
        .await;
    for (host, has, has_not) in [
        (&rig.shop.host, "Example ID", "Third"),
        (&third.host, "Log in", "Example ID"),
    ] {
        let page = rig.web.page(host, "/manage/login").await;
        assert!(page.text.contains(has) && !page.text.contains(has_not), "{host}");
    }
}
