//! Registers of taxpayers: what they say, what they do not say, and what is kept of it.

use std::sync::Arc;

use bilten_billing::vat::{self, Answer, VatChecks, VatIdCheck};
use bilten_core::pricing::{Finding, VatId};
use bilten_tests::{
    TestApp,
    fakes::{FakeRegisters, RegisterFault},
};
use jiff::SignedDuration;

use super::{charge, terms};

fn id(text: &str) -> VatId {
    text.parse().unwrap()
}

async fn ask(registers: &[Arc<dyn VatIdCheck>], number: &str, requester: Option<&str>) -> Answer {
    let (number, requester) = (id(number), requester.map(id));
    let register = registers
        .iter()
        .find(|register| register.covers(&number))
        .expect("a register");
    register.check(&number, requester.as_ref()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_register_is_asked_in_its_own_words() {
    let fake = FakeRegisters::start().await;
    let registers = fake.checks();
    for known in ["DE123456789", "CHE123456789", "NO987654321"] {
        fake.register(known);
    }
    let told = ask(&registers, "DE123456789", Some("SI12345678")).await;
    let proven = Answer::Valid {
        name: Some("MUSTER GMBH".to_owned()),
        consultation: Some("WAPI123456789".to_owned()),
    };
    assert_eq!(told, proven);
    // A number from outside the union gets no proof, and is not sent.
    let told = ask(&registers, "DE123456789", Some("NO987654321MVA")).await;
    assert!(matches!(told, Answer::Valid { consultation: None, .. }));
    let questions = fake.asked();
    assert_eq!(questions[0]["requesterMemberStateCode"], "SI");
    assert!(questions[1].get("requesterNumber").is_none());
    assert!(matches!(
        ask(&registers, "CHE123456789MWST", None).await,
        Answer::Valid { .. }
    ));
    assert!(matches!(
        ask(&registers, "NO987654321MVA", None).await,
        Answer::Valid { .. }
    ));
    for unknown in ["DE999999999", "CHE999999999", "NO999999999MVA"] {
        assert_eq!(ask(&registers, unknown, None).await, Answer::Invalid, "{unknown}");
    }
    let british = id("GB123456789");
    assert!(registers.iter().all(|register| !register.covers(&british)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_that_breaks_down_has_said_nothing() {
    let fake = FakeRegisters::start().await;
    let registers = fake.checks();
    for known in ["DE123456789", "CHE123456789", "NO987654321"] {
        fake.register(known);
    }
    for (fault, words) in [
        (
            RegisterFault::Unavailable,
            ["MS_UNAVAILABLE", "Service_unavailable", "status_503"],
        ),
        (
            RegisterFault::Busy,
            ["MS_MAX_CONCURRENT_REQ", "Request_limit_exceeded", "status_429"],
        ),
        (RegisterFault::Silent, ["timeout"; 3]),
        (RegisterFault::Garbled, ["unreadable"; 3]),
        (RegisterFault::Endless, ["too_long"; 3]),
    ] {
        fake.set_fault(Some(fault));
        for (number, word) in ["DE123456789", "CHE123456789", "NO987654321MVA"].into_iter().zip(words) {
            let told = ask(&registers, number, None).await;
            assert_eq!(told, Answer::Unavailable(word.to_owned()), "{fault:?} {number}");
        }
    }
    fake.set_fault(None);
    drop(fake);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_counts_for_a_day_and_for_one_shop() {
    let app = TestApp::start().await;
    let fake = FakeRegisters::start().await;
    fake.register("DE123456789");
    let checks = VatChecks::new(app.db.clone(), fake.checks());
    charge(&app, app.alfa.id, terms((0, 0), false), (0, 0)).await;
    let number = id("DE123456789");
    let first = checks.check(&app.ctx(&app.alfa), &number).await.unwrap();
    assert_eq!(first.finding, Finding::Valid);
    // Twice and at once, the row of before answers.
    let ctx = app.ctx(&app.alfa);
    let (a, b) = tokio::join!(checks.check(&ctx, &number), checks.check(&ctx, &number));
    assert_eq!((a.unwrap(), b.unwrap(), fake.asked().len()), (first, first, 1));
    // Another shop asks for itself, and sees nothing of the first one's evidence.
    let other = checks.check(&app.ctx(&app.beta), &number).await.unwrap();
    assert!(other.check != first.check && fake.asked().len() == 2);
    let mut tx = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
    let seen = vat::list_checks(&mut tx, &number).await.unwrap();
    assert_eq!(seen.iter().map(|row| Some(row.id)).collect::<Vec<_>>(), [other.check]);
    assert_eq!(seen[0].requester, None);
    tx.rollback().await.unwrap();
    app.advance(SignedDuration::from_hours(25));
    let later = checks.check(&app.ctx(&app.alfa), &number).await.unwrap();
    assert!(later.check != first.check && fake.asked().len() == 3);
    // A number that no register here knows anything of is not asked about.
    let british = checks.check(&app.ctx(&app.alfa), &id("GB123456789")).await.unwrap();
    assert_eq!((british.finding, british.check), (Finding::NotAsked, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_killed_between_question_and_answer_has_kept_nothing_and_asks_again() {
    let app = TestApp::start().await;
    let fake = FakeRegisters::start().await;
    fake.register("DE123456789");
    fake.set_fault(Some(RegisterFault::Silent));
    let checks = VatChecks::new(app.db.clone(), fake.checks());
    let (ctx, number) = (app.ctx(&app.alfa), id("DE123456789"));
    tokio::select! {
        _ = checks.check(&ctx, &number) => panic!("nobody answers"),
        () = async { while fake.asked().is_empty() { tokio::task::yield_now().await } } => {}
    }
    fake.set_fault(None);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert!(vat::list_checks(&mut tx, &number).await.unwrap().is_empty());
    tx.rollback().await.unwrap();
    assert_eq!(checks.check(&ctx, &number).await.unwrap().finding, Finding::Valid);
    // A register that does not answer is left alone for a minute, by buyers.
    fake.set_fault(Some(RegisterFault::Busy));
    let other = id("FR12123456789");
    let before = fake.asked().len();
    for _ in 0..3 {
        assert_eq!(checks.check(&ctx, &other).await.unwrap().finding, Finding::Unavailable);
    }
    assert_eq!(fake.asked().len(), before + 1);
    fake.set_fault(None);
    fake.register("FR12123456789");
    app.advance(SignedDuration::from_secs(61));
    assert_eq!(
        checks.check(&app.ctx(&app.alfa), &other).await.unwrap().finding,
        Finding::Valid
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_tries_numbers_out_by_a_shop() {
    let app = TestApp::start().await;
    let fake = FakeRegisters::start().await;
    fake.register("DE123456789");
    let checks = VatChecks::new(app.db.clone(), fake.checks());
    let mut admin = app.test_db.admin().await;
    sqlx::query(
        "insert into bilten.vat_checks (tenant_id, id, number, register, answer, asked_at)
         select $1, gen_random_uuid(), 'DE' || n, 'vies', 'invalid', $2::text::timestamptz from generate_series(100000000, 100000299) as n",
    )
    .bind(app.alfa.id.uuid())
    .bind(app.now().to_string())
    .execute(&mut admin)
    .await
    .unwrap();
    let number = id("DE123456789");
    let refused = checks.check(&app.ctx(&app.alfa), &number).await.unwrap();
    assert_eq!(
        (refused.finding, refused.check, fake.asked().len()),
        (Finding::Unavailable, None, 0)
    );
    let other = checks.check(&app.ctx(&app.beta), &number).await.unwrap();
    assert_eq!(other.finding, Finding::Valid);
    app.advance(SignedDuration::from_mins(61));
    let later = checks.check(&app.ctx(&app.alfa), &number).await.unwrap();
    assert_eq!(later.finding, Finding::Valid);
}
