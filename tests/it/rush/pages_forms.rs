//! The form of a page that everybody gets: sent twice it counts once, with and without a script.

use bilten_tests::Answer;

use super::pages::{PAGE, Town};

const CARTS: &str = "/events/concert/carts";

/// The key that the form of a page would be sent with.
fn key(page: &str) -> &str {
    let field = page
        .split("name=\"request_key\" value=\"")
        .nth(1)
        .expect("the page has a form");
    field.split('"').next().unwrap()
}

async fn choose(town: &Town, key: &str, quantity: &str) -> Answer {
    let field = format!("qty_{}", town.standing);
    let wish = [("request_key", key), (field.as_str(), quantity)];
    town.web.form(&town.nord.host, CARTS, &wish).await
}

async fn held(town: &Town) -> i64 {
    let mut admin = town.app.test_db.admin().await;
    sqlx::query_scalar("select coalesce(sum(held), 0)::bigint from bilten.capacity_pools")
        .fetch_one(&mut admin)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_draws_the_key_and_a_form_sent_twice_holds_once() {
    let town = Town::open().await;
    assert_eq!(key(&town.web.page(&town.nord.host, PAGE).await.text), "");
    let drawn = "0123456789abcdef0123456789abcdef";
    let one = choose(&town, drawn, "2").await.leads_to();
    let two = choose(&town, drawn, "2").await.leads_to();
    assert_eq!((one == two, held(&town).await), (true, 2));
    let other = choose(&town, "fedcba9876543210fedcba9876543210", "2").await.leads_to();
    assert_ne!(one, other, "another visitor's form is another wish");
    assert_eq!(held(&town).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_script_the_form_is_shown_once_more_and_holds_nothing_before() {
    let town = Town::open().await;
    let first = choose(&town, "", "2").await;
    let second = choose(&town, "", "2").await;
    for page in [&first, &second] {
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("value=\"2\""), "what was chosen is still there");
        assert_eq!(page.headers["cache-control"], "private, no-cache");
    }
    assert_eq!(held(&town).await, 0);
    let keys = [key(&first.text).to_owned(), key(&second.text).to_owned()];
    assert!(keys[0].len() == 32 && keys[0] != keys[1]);
    let one = choose(&town, &keys[0], "2").await.leads_to();
    let again = choose(&town, &keys[0], "2").await.leads_to();
    assert_eq!((one == again, held(&town).await), (true, 2));
    assert!(
        !town.web.page(&town.nord.host, PAGE).await.text.contains(&keys[0]),
        "nobody else gets the key"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_form_is_the_visitors_own_page() {
    let town = Town::open().await;
    let refused = choose(&town, "0123456789abcdef", "99").await;
    assert_eq!(refused.status, 422);
    assert_eq!(key(&refused.text), "0123456789abcdef", "it may be sent again");
    let page = town.web.page(&town.nord.host, PAGE).await;
    assert!(key(&page.text).is_empty() && !page.text.contains("field__error"));
}
