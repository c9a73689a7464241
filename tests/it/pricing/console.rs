//! The page of taxes and fees.

use bilten_core::pricing::{self, Plan};
use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};

use super::{charge, fee, terms};

const PAGE: &str = "/manage/taxes";

struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    event: String,
    ticket_type: String,
    owner: Clerk,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&nord, 100, 50_000).await;
        let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
        Self {
            app,
            web,
            nord,
            event,
            ticket_type,
            owner,
        }
    }

    async fn plan(&self) -> Plan {
        let ctx = self.app.ctx(&self.app.alfa).in_tenant(self.nord.id);
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        pricing::find_plan(&mut tx).await.unwrap().plan
    }
}

fn form<'a>(seen: &'a str, percent: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("seen", seen),
        ("code_0", "mva25"),
        ("country_0", "no"),
        ("percent_0", percent),
        ("kind_0", "included"),
        ("code_1", "MVA12"),
        ("country_1", "NO"),
        ("percent_1", "12"),
        ("kind_1", "included"),
        ("code_2", ""),
        ("default", "MVA25"),
        ("vat_id", "no 987 654 321 mva"),
        ("rounding", "line"),
        ("fee_fixed_0", "10"),
        ("fee_percent_0", "2"),
        ("bearer", "buyer"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizer_sets_rates_and_a_fee_and_sees_what_follows() {
    let town = Town::open().await;
    let (web, owner) = (&town.web, &town.owner);
    let ctx = town.app.ctx(&town.app.alfa).in_tenant(town.nord.id);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    pricing::set_platform_fees(&ctx, &mut tx, vec![fee(2, 300, 250)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = web.look(owner, PAGE).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("name=\"seen\" value=\"1\""), "{}", page.text);
    let saved = web.submit(owner, PAGE, &form("1", "25")).await;
    assert_eq!(saved.leads_to(), PAGE);
    let plan = town.plan().await;
    assert_eq!(plan.taxes.rates.len(), 2);
    assert_eq!(plan.vat_id.unwrap().as_str(), "NO987654321MVA");
    assert_eq!(plan.fees.organizer[0].bands[0].fixed, 1_000);
    assert!(plan.passes_on);
    let page = web.look(owner, PAGE).await.text;
    for shown in ["536.41", "36.41", "107.28", "520<", "16.41"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let other = web.look(owner, "/manage/taxes?price=0").await;
    assert_eq!(other.status, 200);
    let odd = web.look(owner, "/manage/taxes?price=%3Cb%3E").await;
    assert!(odd.status == 200 && odd.text.contains("&lt;b&gt;"), "{}", odd.text);
    // Each ticket type may have another tax.
    let path = format!("/manage/events/{}/taxes", town.event);
    let field = town.ticket_type.as_str();
    assert_eq!(web.submit(owner, &path, &[(field, "MVA12")]).await.leads_to(), PAGE);
    let page = web.look(owner, PAGE).await.text;
    assert!(page.contains("value=\"MVA12\" selected"), "{page}");
    let unknown = web.submit(owner, &path, &[(field, "NOPE")]).await;
    assert_eq!(unknown.leads_to(), PAGE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_told_beside_its_field_and_nothing_is_lost() {
    let town = Town::open().await;
    let (web, owner) = (&town.web, &town.owner);
    for (field, value, shown) in [
        ("percent_0", "77", "rate_0-error"),
        ("country_0", "NOR", "rate_0-error"),
        ("code_1", "MVA25", "rate_1-error"),
        ("default", "GONE", "default-error"),
        ("vat_id", "DE12", "vat_id-error"),
        ("fee_fixed_0", "ten", "fee_0-error"),
        ("fee_percent_0", "51", "fee_0-error"),
    ] {
        let mut fields = form("0", "25");
        for pair in &mut fields {
            if pair.0 == field {
                pair.1 = value;
            }
        }
        let refused = web.submit(owner, PAGE, &fields).await;
        assert_eq!(refused.status, 422, "{field}");
        assert!(refused.text.contains(shown), "{field}: {}", refused.text);
        assert!(
            refused.text.contains(&format!("value=\"{value}\"")) || field == "default",
            "{field}"
        );
    }
    assert!(town.plan().await.is_empty());
    // Somebody else was faster.
    charge(&town.app, town.nord.id, terms((700, 0), false), (0, 0)).await;
    let late = web.submit(owner, PAGE, &form("0", "25")).await;
    assert_eq!(late.leads_to(), PAGE);
    assert_eq!(town.plan().await.fees.organizer[0].bands[0].fixed, 700);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_works_at_the_door_or_elsewhere_sees_nothing_of_it() {
    let town = Town::open().await;
    let (web, nord) = (&town.web, &town.nord);
    let door = Clerk::hire(&town.app, (nord.id, &nord.host), Role::DoorStaff, None).await;
    let page = web.look(&door, PAGE).await;
    assert!(page.status == 403 || page.status == 404, "{}", page.status);
    assert!(web.submit(&door, PAGE, &form("0", "25")).await.status.is_client_error());
    let other = web.open_shop(&town.app, "sor", ApiScopes::all()).await;
    let stranger = Clerk::hire(&town.app, (other.id, &other.host), Role::Owner, None).await;
    let path = format!("/manage/events/{}/taxes", town.event);
    assert_eq!(
        web.submit(&stranger, &path, &[(town.ticket_type.as_str(), "")])
            .await
            .status,
        404
    );
    assert!(town.plan().await.is_empty());
}
