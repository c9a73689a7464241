//! What the organizer does with a room.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, TestApp, Web};
use jiff::SignedDuration;

use super::guest::{Guest, look};

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_sets_a_room_up_pauses_it_and_sees_what_goes_on() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    let clerk = Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await;
    let path = format!("/manage/events/{event}/waiting-room");
    assert_eq!(web.look(&clerk, &path).await.status, 200);
    let form = |mode, per_minute, opens| {
        [
            ("mode", mode),
            ("opens", opens),
            ("per_minute", per_minute),
            ("pass_minutes", "10"),
            ("auto_wait_s", "10"),
            ("message", "Welcome"),
        ]
    };
    let wrong = web.submit(&clerk, &path, &form("on", "many", "soon")).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("many") && wrong.text.contains("soon"),
        "nothing typed is lost"
    );
    let saved = web.submit(&clerk, &path, &form("on", "120", "2031-05-01T12:30")).await;
    assert_eq!(saved.leads_to(), path);
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    assert!(
        guest.get("/events/concert/queue").await.text.contains("Welcome"),
        "this node knows it at once"
    );
    guest.join().await;
    let page = web.look(&clerk, &path).await;
    assert!(
        page.text.contains("2031-05-01T12:30") && page.text.contains("Published at the draw"),
        "{}",
        page.text
    );

    app.advance(SignedDuration::from_mins(30));
    look(&web, &shop).await;
    let pause = format!("{path}/pause");
    assert_eq!(web.submit(&clerk, &pause, &[("paused", "yes")]).await.leads_to(), path);
    assert_eq!(guest.state().await, "paused");
    assert_eq!(
        web.submit(&clerk, &pause, &[("paused", "yes")]).await.leads_to(),
        path,
        "twice"
    );
    assert_eq!(web.submit(&clerk, &pause, &[("paused", "no")]).await.leads_to(), path);
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(guest.state().await, "turn");
    guest.post("/events/concert/queue/pass", &[]).await.leads_to();
    let figures = web.look(&clerk, &format!("{path}/figures")).await.expect(200);
    assert_eq!(
        (&figures["waiting"], &figures["admitted"], &figures["entered"]),
        (&"0".into(), &"1".into(), &"1".into())
    );

    let mut admin = app.test_db.admin().await;
    let actions: Vec<String> =
        sqlx::query_scalar("select action from bilten.audit_entries where action like 'waiting_room.%' order by id")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    let told = ["configured", "drawn", "paused", "resumed"].map(|action| format!("waiting_room.{action}"));
    for action in told {
        assert_eq!(
            actions.iter().filter(|found| **found == action).count(),
            1,
            "{action} in {actions:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_change_events_may_not_change_their_rooms() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    let door = Clerk::hire(&app, (shop.id, &shop.host), Role::DoorStaff, None).await;
    let path = format!("/manage/events/{event}/waiting-room");
    let denied = web.look(&door, &path).await;
    assert!(matches!(denied.status.as_u16(), 403 | 404), "{}", denied.status);
    let denied = web.submit(&door, &path, &[("mode", "on"), ("per_minute", "1")]).await;
    assert!(matches!(denied.status.as_u16(), 403 | 404), "{}", denied.status);
    assert_eq!(Guest::at(&web, &shop, "192.0.2.1").state().await, "off");
}
