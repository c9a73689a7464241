use bilten_core::check_in::{self, Admission, AdmitTicket, Refusal, ScanInput};
use bilten_core::orders::{self, OrderState};
use bilten_kernel::EventId;
use bilten_tests::TestApp;
use futures_util::future::join_all;

use super::shop::Shop;

async fn scan(shop: &Shop<'_>, input: ScanInput<'_>, event: Option<EventId>, gate: &str) -> Result<Admission, Refusal> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let wish = AdmitTicket {
        input,
        event,
        gate,
        key: None,
    };
    let decision = check_in::admit(&ctx, &mut tx, wish).await.unwrap();
    tx.commit().await.unwrap();
    decision
}

#[tokio::test]
async fn a_ticket_scanned_at_two_gates_at_once_admits_once() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let (_, tickets) = shop.buy(1).await;
    let code = shop.code(&tickets[0]);
    let scans =
        join_all(["North", "South"].map(|gate| scan(&shop, ScanInput::Code(&code), Some(shop.event), gate))).await;
    assert_eq!(scans.iter().filter(|scan| scan.is_ok()).count(), 1);
    let refused = scans.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(refused, Refusal::AlreadyAdmitted { at, .. } if at == app.now()));
}

#[tokio::test]
async fn a_ticket_of_another_tenant_or_event_is_refused() {
    let app = TestApp::start().await;
    let alfa = Shop::open(&app, &app.alfa, 5).await;
    let beta = Shop::open(&app, &app.beta, 5).await;
    let second = Shop::open(&app, &app.alfa, 5).await;
    let (_, tickets) = alfa.buy(1).await;
    let code = alfa.code(&tickets[0]);
    assert_eq!(
        scan(&beta, ScanInput::Code(&code), None, "").await,
        Err(Refusal::BadSignature)
    );
    assert_eq!(
        scan(&second, ScanInput::Code(&code), Some(second.event), "").await,
        Err(Refusal::WrongEvent)
    );
    assert!(scan(&alfa, ScanInput::Code(&code), None, "").await.is_ok());
    let mut admin = app.test_db.admin().await;
    let scanned_at: Vec<uuid::Uuid> =
        sqlx::query_scalar("select event_id from bilten.scans where outcome = 'wrong_event'")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    assert_eq!(
        scanned_at,
        [second.event.uuid()],
        "a scan belongs to the door where it happened"
    );
}

#[tokio::test]
async fn odd_codes_are_refused_with_their_reason() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let (_, tickets) = shop.buy(1).await;
    for odd in ["", "hello", "K7QXM2RT", "\u{0}", &"A".repeat(5_000)] {
        assert_eq!(
            scan(&shop, ScanInput::Code(odd), None, "").await,
            Err(Refusal::Malformed),
            "{odd:?}"
        );
    }
    let unknown = shop.signer.code(shop.tenant.id, 1, shop.ctx().new_id(), shop.event);
    assert_eq!(
        scan(&shop, ScanInput::Code(&unknown), None, "").await,
        Err(Refusal::Unknown)
    );
    let foreign_key = shop.signer.code(shop.tenant.id, 9, tickets[0].id, shop.event);
    assert_eq!(
        scan(&shop, ScanInput::Code(&foreign_key), None, "").await,
        Err(Refusal::BadSignature)
    );
}

#[tokio::test]
async fn a_cancelled_order_does_not_admit() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let (order, tickets) = shop.buy(1).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::cancel_paid(&ctx, &mut tx, order.id, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        scan(&shop, ScanInput::Code(&shop.code(&tickets[0])), None, "").await,
        Err(Refusal::Void)
    );
}

#[tokio::test]
async fn a_typed_order_code_admits_the_numbered_ticket() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let (order, tickets) = shop.buy(2).await;
    let typed = format!(" {}-2 ", order.code.as_str().to_lowercase());
    let admitted = scan(&shop, ScanInput::Manual(&typed), Some(shop.event), "")
        .await
        .unwrap();
    assert_eq!(admitted.ticket, tickets[1].id);
    for odd in [format!("{}-3", order.code), "ZZZZZZZZ-1".to_owned()] {
        assert_eq!(
            scan(&shop, ScanInput::Manual(&odd), None, "").await,
            Err(Refusal::Unknown)
        );
    }
    for odd in ["K7QXM2RT", "-", "A-0", "A--1", "A-99999999999999999999"] {
        assert_eq!(
            scan(&shop, ScanInput::Manual(odd), None, "").await,
            Err(Refusal::Malformed),
            "{odd}"
        );
    }
}
