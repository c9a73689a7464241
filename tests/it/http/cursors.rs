//! Pages and their cursors.

use bilten_kernel::ApiScopes;
use bilten_tests::{TestApp, Web};
use http::Method;

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_cursors_work_nowhere_else() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(web.open_sale(&nord, 1, 0).await.0);
        web.open_sale(&sor, 1, 0).await;
    }
    let mut seen = Vec::new();
    let mut path = "/events?limit=2".to_owned();
    let mut first_cursor = None;
    loop {
        let page = web.call(&nord, Method::GET, &path, None).await.expect(200);
        seen.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        first_cursor.get_or_insert(cursor.to_owned());
        path = format!("/events?limit=2&cursor={cursor}");
    }
    seen.sort();
    made.sort();
    assert_eq!(seen, made);

    let cursor = first_cursor.unwrap();
    let mut forged = cursor.clone();
    let last = if forged.pop() == Some('a') { 'b' } else { 'a' };
    forged.push(last);
    for bad in [
        forged.as_str(),
        &cursor[1..],
        &cursor[..cursor.len() - 2],
        "x",
        "%00",
        &"a".repeat(3_000),
    ] {
        let answer = web
            .call(&nord, Method::GET, &format!("/events?cursor={bad}"), None)
            .await;
        answer.expect_problem(400, "invalid_cursor");
    }
    let foreign = web
        .call(&sor, Method::GET, &format!("/events?limit=2&cursor={cursor}"), None)
        .await;
    foreign.expect_problem(400, "invalid_cursor");
    let filtered = web
        .call(
            &nord,
            Method::GET,
            &format!("/events?status=published&cursor={cursor}"),
            None,
        )
        .await;
    filtered.expect_problem(400, "invalid_cursor");
    let other_list = web
        .call(&nord, Method::GET, &format!("/orders?cursor={cursor}"), None)
        .await;
    other_list.expect_problem(400, "invalid_cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_queries_are_checked() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    for limit in ["0", "-1", "101", "1000000000", "x", "99999999999999999999"] {
        let answer = web
            .call(&shop, Method::GET, &format!("/orders?limit={limit}"), None)
            .await;
        answer.expect_problem(400, "invalid_limit");
    }
    web.call(&shop, Method::GET, "/orders?colour=red", None)
        .await
        .expect_problem(400, "malformed_query");
    web.call(&shop, Method::GET, "/orders?state=lost", None)
        .await
        .expect_problem(400, "malformed_query");
    web.call(&shop, Method::GET, "/events?status=lost", None)
        .await
        .expect_problem(400, "malformed_query");
    web.call(&shop, Method::GET, "/orders?event_id=x", None)
        .await
        .expect_problem(404, "not_found");
}
