//! Passkeys: making them, logging in with them, and what they must not be talked into. Names of cases are those of the list in
//! `covered.rs`.

mod device;

use axum::http::StatusCode;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, Tenant, TestApp, Web, post_form, report};
use device::{Device, Lie};
use jiff::SignedDuration;
use proptest::{prelude::*, strategy::ValueTree as _};
use serde_json::Value;

use super::{
    PASSWORD,
    factors::{EMAIL, FACTOR, ana, clerk_of, cookie, first_step, half_way, host, second_step},
    hire,
};

const OPTIONS: &str = "/manage/account/passkeys/options";
const CREATE: &str = "/manage/account/passkeys";
const LOG_IN: &str = "/manage/login/passkey";

/// Somebody with a passkey.
struct Eva {
    clerk: Clerk,
    device: Device,
    codes: usize,
}

fn origin(tenant: &Tenant) -> String {
    format!("http://{}:8080", tenant.host)
}

/// Token and options of a challenge.
fn challenge(answer: &Answer) -> (String, Value) {
    let json = answer.expect(200);
    let token = json["token"].as_str().expect("a token").to_owned();
    (token, json["options"].clone())
}

async fn enrol(web: &Web, tenant: &Tenant, clerk: Clerk, id: u8) -> Eva {
    let (token, options) = challenge(&web.submit(&clerk, OPTIONS, &[]).await);
    let mut device = Device::new(&origin(tenant), id);
    let credential = device.create(&options, &Lie::default());
    let fields = [
        ("token", token.as_str()),
        ("credential", &credential),
        ("name", "Laptop"),
    ];
    let made = web.submit(&clerk, CREATE, &fields).await;
    assert!(made.status.is_success() || made.location() == FACTOR, "{}", made.text);
    let codes = made.text.matches("<li><code>").count();
    Eva { clerk, device, codes }
}

/// An owner of alfa with a passkey.
async fn eva(web: &Web, app: &TestApp) -> Eva {
    hire(app, &app.alfa, EMAIL, Some(Role::Owner)).await;
    let answer = first_step(web, &app.alfa, (EMAIL, PASSWORD), None).await;
    let clerk = clerk_of(app, &app.alfa, &answer).await;
    enrol(web, &app.alfa, clerk, 7).await
}

async fn ask(web: &Web, tenant: &Tenant, path: &str, cookie: Option<&str>) -> (String, Value) {
    challenge(&web.send(post_form(&host(tenant), path, cookie, &[])).await)
}

async fn show(
    web: &Web,
    tenant: &Tenant,
    path: &str,
    cookie: Option<&str>,
    (token, credential): (&str, &str),
) -> Answer {
    let fields = [("token", token), ("credential", credential), ("next", "/manage/orders")];
    web.send(post_form(&host(tenant), path, cookie, &fields)).await
}

async fn log_in(web: &Web, tenant: &Tenant, device: &mut Device, lie: &Lie) -> Answer {
    let (token, options) = ask(web, tenant, "/manage/login/passkey/options", None).await;
    let credential = device.get(&options, lie);
    show(web, tenant, LOG_IN, None, (&token, &credential)).await
}

#[tokio::test]
async fn mfa_18_a_passkey_without_attestation_is_made_and_logs_in_alone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let mut eva = eva(&web, &app).await;
    assert_eq!(eva.codes, 10, "the first factor brings recovery codes");
    let page = web.look(&eva.clerk, FACTOR).await;
    assert!(
        page.text.contains("Laptop") && page.text.contains("10 codes are left"),
        "{}",
        page.text
    );
    let done = log_in(&web, &app.alfa, &mut eva.device, &Lie::default()).await;
    assert_eq!(done.location(), "/manage/orders", "{}", done.text);
    let clerk = clerk_of(&app, &app.alfa, &done).await;
    assert_eq!(clerk.account, eva.clerk.account);
    // The password alone is half a log-in from now on, and the passkey is the other half.
    let step = half_way(&web, &app).await;
    let (token, options) = ask(&web, &app.alfa, "/manage/login/second/passkey/options", Some(&step)).await;
    let credential = eva.device.get(&options, &Lie::default());
    let path = "/manage/login/second/passkey";
    let done = show(&web, &app.alfa, path, Some(&step), (&token, &credential)).await;
    assert!(
        done.session().is_some() && cookie(&done, "device").is_some(),
        "{}",
        done.text
    );
    // Without a passkey there is nothing to ask for; a recovery code stands in.
    let removed = web.look(&clerk, FACTOR).await;
    let (_, rest) = removed
        .text
        .split_once("name=\"passkey\" value=\"")
        .expect("it is listed");
    let id = rest.split('"').next().unwrap().to_owned();
    let other = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let theirs = web
        .submit(&other, "/manage/account/passkeys/removal", &[("passkey", &id)])
        .await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "a passkey of somebody else");
    let mine = web
        .submit(&clerk, "/manage/account/passkeys/removal", &[("passkey", &id)])
        .await;
    assert_eq!(mine.location(), FACTOR, "{}", mine.text);
    let answer = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    assert_eq!(answer.location(), "/manage", "no factor is left");
    let gone = log_in(&web, &app.alfa, &mut eva.device, &Lie::default()).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// What a passkey may show that fits nothing.
fn lies(app: &TestApp) -> [(&'static str, Lie); 9] {
    [
        (
            "13 other host",
            Lie {
                rp_id: Some(app.beta.host.clone()),
                ..Lie::default()
            },
        ),
        (
            "14 other origin",
            Lie {
                origin: Some(origin(&app.beta)),
                ..Lie::default()
            },
        ),
        (
            "14 an origin beside ours",
            Lie {
                origin: Some(format!("http://evil-{}", app.alfa.host)),
                ..Lie::default()
            },
        ),
        (
            "16 nobody was verified",
            Lie {
                is_unverified: true,
                ..Lie::default()
            },
        ),
        (
            "17 the counter went back",
            Lie {
                counter: Some(1),
                ..Lie::default()
            },
        ),
        (
            "17 the counter stands still",
            Lie {
                counter: Some(3),
                ..Lie::default()
            },
        ),
        (
            "forged",
            Lie {
                is_forged: true,
                ..Lie::default()
            },
        ),
        (
            "made for registration",
            Lie {
                kind: Some("webauthn.create"),
                ..Lie::default()
            },
        ),
        (
            "another challenge",
            Lie {
                challenge: Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
                ..Lie::default()
            },
        ),
    ]
}

#[tokio::test]
async fn mfa_13_14_16_17_a_passkey_that_does_not_fit_lets_nobody_in() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let mut eva = eva(&web, &app).await;
    for _ in 0..3 {
        let done = log_in(&web, &app.alfa, &mut eva.device, &Lie::default()).await;
        assert!(done.session().is_some(), "{}", done.text);
    }
    let lies = lies(&app);
    for (name, lie) in &lies {
        let refused = log_in(&web, &app.alfa, &mut eva.device, lie).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.session().is_none(), "{name}");
    }
    let done = log_in(&web, &app.alfa, &mut eva.device, &Lie::default()).await;
    assert!(done.session().is_some(), "the true one goes on: {}", done.text);
    let mut admin = app.test_db.admin().await;
    let copied: i64 =
        sqlx::query_scalar("select count(*) from bilten.audit_entries where action = 'account.passkey_copied'")
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert_eq!(copied, 2, "a counter that does not rise is noted");
    report(&format!("passkeys: {} lies refused at the log-in", lies.len()));
}

#[tokio::test]
async fn mfa_15_a_challenge_is_answered_once_by_whom_it_was_made_for() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let mut eva = eva(&web, &app).await;
    // Twice.
    let (token, options) = ask(&web, &app.alfa, "/manage/login/passkey/options", None).await;
    let credential = eva.device.get(&options, &Lie::default());
    let once = show(&web, &app.alfa, LOG_IN, None, (&token, &credential)).await;
    let twice = show(&web, &app.alfa, LOG_IN, None, (&token, &credential)).await;
    assert!(once.session().is_some() && twice.session().is_none(), "{}", twice.text);
    // A wrong answer uses the challenge up as well.
    let (token, options) = ask(&web, &app.alfa, "/manage/login/passkey/options", None).await;
    let forged = eva.device.get(
        &options,
        &Lie {
            is_forged: true,
            ..Lie::default()
        },
    );
    let sound = eva.device.get(&options, &Lie::default());
    show(&web, &app.alfa, LOG_IN, None, (&token, &forged)).await;
    let after = show(&web, &app.alfa, LOG_IN, None, (&token, &sound)).await;
    assert!(after.session().is_none());
    // Too late, at another tenant, for another step.
    let (token, options) = ask(&web, &app.alfa, "/manage/login/passkey/options", None).await;
    let sound = eva.device.get(&options, &Lie::default());
    let there = show(&web, &app.beta, LOG_IN, None, (&token, &sound)).await;
    assert!(there.session().is_none());
    let step = half_way(&web, &app).await;
    let other_step = show(
        &web,
        &app.alfa,
        "/manage/login/second/passkey",
        Some(&step),
        (&token, &sound),
    )
    .await;
    assert!(other_step.session().is_none());
    app.advance(SignedDuration::from_mins(5));
    let late = show(&web, &app.alfa, LOG_IN, None, (&token, &sound)).await;
    assert!(
        late.session().is_none() && late.text.contains("took too long"),
        "{}",
        late.text
    );
}

#[tokio::test]
async fn mfa_19_a_passkey_of_another_account_is_nobody_else() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let eva = eva(&web, &app).await;
    hire(&app, &app.alfa, "mia@alfa.test", None).await;
    let answer = first_step(&web, &app.alfa, ("mia@alfa.test", PASSWORD), None).await;
    let mia = clerk_of(&app, &app.alfa, &answer).await;
    let mut mia = enrol(&web, &app.alfa, mia, 9).await;
    let (token, options) = ask(
        &web,
        &app.alfa,
        "/manage/login/second/passkey/options",
        Some(&half_way(&web, &app).await),
    )
    .await;
    let step = half_way(&web, &app).await;
    let hers = mia.device.get(&options, &Lie::default());
    let foreign = show(
        &web,
        &app.alfa,
        "/manage/login/second/passkey",
        Some(&step),
        (&token, &hers),
    )
    .await;
    assert!(foreign.session().is_none());
    let owner = Some(eva.device.owner());
    let named = log_in(
        &web,
        &app.alfa,
        &mut mia.device,
        &Lie {
            owner,
            ..Lie::default()
        },
    )
    .await;
    assert!(named.session().is_none(), "the row has the last word");
    mia.device.take_id_of(&eva.device);
    let claimed = log_in(&web, &app.alfa, &mut mia.device, &Lie::default()).await;
    assert!(
        claimed.session().is_none(),
        "the id of another passkey, signed by one's own"
    );
}

#[tokio::test]
async fn a_passkey_is_added_after_a_fresh_proof_and_proves_somebody_later() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let mut eva = eva(&web, &app).await;
    let taken = {
        let (token, options) = challenge(&web.submit(&eva.clerk, OPTIONS, &[]).await);
        assert!(options.to_string().contains("excludeCredentials"), "{options}");
        let mut again = Device::new(&origin(&app.alfa), 7);
        let credential = again.create(&options, &Lie::default());
        let fields = [("token", token.as_str()), ("credential", &credential)];
        web.submit(&eva.clerk, CREATE, &fields).await
    };
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "an id that is known");
    app.advance(SignedDuration::from_mins(11));
    let stale = web.submit(&eva.clerk, OPTIONS, &[]).await;
    assert!(stale.location().starts_with("/manage/confirmation"), "{}", stale.text);
    let page = web.look(&eva.clerk, "/manage/confirmation").await;
    assert!(page.text.contains("/manage/confirmation/passkey"), "{}", page.text);
    let forged = Lie {
        is_forged: true,
        ..Lie::default()
    };
    let answer = prove(&web, &mut eva, &forged).await;
    assert!(answer.session().is_none(), "{}", answer.text);
    let answer = prove(&web, &mut eva, &Lie::default()).await;
    assert_eq!(answer.location(), FACTOR, "{}", answer.text);
    let clerk = clerk_of(&app, &app.alfa, &answer).await;
    assert_eq!(web.submit(&clerk, OPTIONS, &[]).await.status, StatusCode::OK);
}

/// Shows the passkey where a fresh proof is asked for.
async fn prove(web: &Web, eva: &mut Eva, lie: &Lie) -> Answer {
    let path = "/manage/confirmation/passkey";
    let asked = web.submit(&eva.clerk, &format!("{path}/options"), &[]).await;
    let (token, options) = challenge(&asked);
    let credential = eva.device.get(&options, lie);
    let fields = [("token", token.as_str()), ("credential", &credential), ("next", FACTOR)];
    web.submit(&eva.clerk, path, &fields).await
}

#[tokio::test]
async fn a_passkey_beside_an_app_changes_no_codes_and_goes_when_all_is_lost() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    let clerk = Clerk { ..ana.clerk };
    let mut eva = enrol(&web, &app.alfa, clerk, 3).await;
    assert_eq!(eva.codes, 0, "her codes stay");
    let step = half_way(&web, &app).await;
    let done = second_step(&web, &app.alfa, &step, &ana.codes[0]).await;
    assert!(done.session().is_some(), "{}", done.text);
    // An owner approves that everything is lost.
    let boss = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let step = half_way(&web, &app).await;
    web.send(post_form(
        &host(&app.alfa),
        "/manage/login/second/lost",
        Some(&step),
        &[],
    ))
    .await;
    let page = web.look(&boss, "/manage/security").await;
    let (_, rest) = page
        .text
        .split_once("name=\"request\" value=\"")
        .expect("the request is listed");
    let id = rest.split('"').next().unwrap().to_owned();
    web.submit(
        &boss,
        "/manage/security/recoveries",
        &[("request", &id), ("verdict", "approve")],
    )
    .await;
    app.advance(SignedDuration::from_hours(25));
    let answer = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    assert_eq!(answer.location(), "/manage", "{}", answer.text);
    let gone = log_in(&web, &app.alfa, &mut eva.device, &Lie::default()).await;
    assert!(gone.session().is_none(), "the lost passkey as well");
}

#[tokio::test]
async fn answers_that_are_no_credentials_are_refused_and_never_crash() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let mut eva = eva(&web, &app).await;
    let (_, options) = ask(&web, &app.alfa, "/manage/login/passkey/options", None).await;
    let sound = eva.device.get(&options, &Lie::default());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let spoiled = (0..sound.len(), any::<u8>(), 0..4_u8).prop_map(|(at, byte, how)| {
        let mut bytes = sound.clone().into_bytes();
        match how {
            0 => bytes[at] = byte,
            1 => bytes.truncate(at),
            2 => bytes.insert(at, byte),
            _ => bytes = format!("{{\"rawId\":\"{byte}\",\"response\":{{}}}}").into_bytes(),
        }
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let (mut refused, mut same) = (0, 0);
    for _ in 0..300 {
        let (token, _) = ask(&web, &app.alfa, "/manage/login/passkey/options", None).await;
        let text = spoiled.new_tree(&mut runner).expect("a value").current();
        let answer = show(&web, &app.alfa, LOG_IN, None, (&token, &text)).await;
        assert!(answer.session().is_none(), "{text}");
        // Each was made for another challenge, so that even an unspoiled one is refused.
        match answer.status {
            StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST => refused += 1,
            StatusCode::TOO_MANY_REQUESTS => {
                same += 1;
                app.advance(SignedDuration::from_mins(20));
            }
            other => panic!("{other}: {text}"),
        }
    }
    assert!(refused > 250, "{refused} refused, {same} counted as too many");
    report(&format!("passkeys: {refused} spoiled answers refused"));
}
