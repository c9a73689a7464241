//! The mail to somebody whose offer passed.

use bilten_core::{orders, waitlist::EntryState};
use bilten_kernel::Locale;
use bilten_tests::{TestApp, Web, db};
use futures_util::future::join_all;
use jiff::SignedDuration;

use super::waitlist_list::SoldOut;

/// Longer than any offer stands.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Subject and text of the mails to an address that tell that an offer has passed.
async fn told(web: &Web, list: &SoldOut<'_>, to: &str) -> Vec<(String, String)> {
    let mailbox = web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(list.shop.tenant.id)).await.unwrap();
    let about = mails.into_iter().filter(|mail| {
        mail.to.email == to && (mail.subject.contains("has passed") || mail.subject.contains("er utløpt"))
    });
    about.map(|mail| (mail.subject, mail.text)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_offer_that_nobody_took_is_told_once_whoever_notices_it() {
    let app = TestApp::start_with(12).await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[2]).await;
    let other = SoldOut::open(&app, &app.beta, &[1]).await;
    list.join("ada", 2).await;
    other.join("ada", 1).await;
    list.give_back(0).await;
    other.give_back(0).await;
    assert_eq!((list.serve().await, other.serve().await), (1, 1));
    web.run_jobs().await;
    assert_eq!(told(&web, &list, "ada@post.test").await, []);
    app.advance(DAY);
    join_all((0..8).map(|_| list.serve())).await;
    web.run_jobs().await;
    assert_eq!(list.state("ada").await, EntryState::Lapsed);
    let mut admin = app.test_db.admin().await;
    // As if the worker had died between the effect and the note that it is done.
    db::run(
        &mut admin,
        "update bilten.jobs set state = 'ready', finished_at = null where kind in ('waitlist.match', 'mail.waitlist_lapsed')",
    )
    .await;
    web.run_jobs().await;
    for list in [&list, &other] {
        let mails = told(&web, list, "ada@post.test").await;
        assert_eq!(mails.len(), 1, "{mails:?}");
    }
    let (subject, text) = told(&web, &list, "ada@post.test").await.remove(0);
    assert!(subject.starts_with("Your offer for "), "{subject}");
    for said in [
        "we kept 2 tickets for you",
        "You are no longer on the waiting list",
        "/waiting-list",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let facts: i64 = sqlx::query_scalar("select count(*) from bilten.outbox_events where kind = 'waitlist_lapsed'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(facts, 2, "one for each tenant");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_is_in_the_language_in_which_somebody_joined() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    let mut admin = app.test_db.admin().await;
    let norwegian = format!("update bilten.waitlist_entries set locale = '{}'", Locale::Nb.tag());
    db::run(&mut admin, &norwegian).await;
    list.give_back(0).await;
    list.serve().await;
    app.advance(DAY);
    web.run_jobs().await;
    let mails = told(&web, &list, "ada@post.test").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].1.contains("Du står ikke lenger på ventelisten"), "{mails:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declined_bought_or_joined_again_is_not_told_and_no_one_is_when_the_event_is_off() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1, 1, 1, 1]).await;
    for name in ["ada", "bea", "cleo", "dora"] {
        list.join(name, 1).await;
    }
    for order in 0..4 {
        list.give_back(order).await;
    }
    assert_eq!(list.serve().await, 4);
    list.leave("ada").await.unwrap();
    let cart = list.offer("bea").await;
    let (order, ctx) = (list.shop.quote(&cart).await.unwrap(), list.shop.ctx());
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::complete(&ctx, &mut tx, order.id).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(DAY);
    // Somebody else holds what came back, so that she can only wait again.
    list.serve().await;
    list.shop.hold(3).await.unwrap();
    list.join("cleo", 1).await;
    web.run_jobs().await;
    assert_eq!(list.state("cleo").await, EntryState::Waiting);
    for name in ["ada", "bea", "cleo"] {
        assert_eq!(told(&web, &list, &format!("{name}@post.test")).await, [], "{name}");
    }
    assert_eq!(told(&web, &list, "dora@post.test").await.len(), 1);

    let off = SoldOut::open(&app, &app.beta, &[1]).await;
    off.join("ada", 1).await;
    off.give_back(0).await;
    off.serve().await;
    let ctx = off.shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    bilten_core::catalog::cancel_event(&ctx, &mut tx, off.shop.event)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.advance(DAY);
    web.run_jobs().await;
    assert_eq!(told(&web, &off, "ada@post.test").await, []);
}
