//! Attacks 01 to 10, 28 and 37: what is searched for, how much of it, and how it is written.

use serde_json::json;

use super::{DOMAIN, Rig, refused};

async fn three() -> Rig {
    let rig = Rig::new().await;
    for (name, title, work) in [("ada", "Boss", true), ("bo", "\"The\" Voice", true), ("cy", "", false)] {
        let emails = json!([{ "value": format!("{name}@{DOMAIN}"), "type": if work { "work" } else { "other" }, "primary": true }]);
        let body =
            json!({ "userName": format!("{name}@{DOMAIN}"), "title": title, "emails": emails, "active": name != "cy" });
        rig.post("/Users", &body).await.expect(201);
    }
    rig
}

#[tokio::test]
async fn scim_01_to_04_filters_find_whom_they_mean() {
    let rig = three().await;
    for (case, filter, expected) in [
        ("01 case", format!("userName eq \"ADA@{DOMAIN}\""), "ada"),
        ("01 case of the name", format!("USERNAME EQ \"ada@{DOMAIN}\""), "ada"),
        ("02 quotes in quotes", r#"title eq "\"the\" voice""#.to_owned(), "bo"),
        (
            "02 an attack in quotes",
            r#"title eq "x\" or userName pr""#.to_owned(),
            "",
        ),
        ("02 SQL in quotes", r#"userName eq "' or 1=1 --""#.to_owned(), ""),
        (
            "03 a part of many",
            format!("emails[type eq \"work\"].value eq \"bo@{DOMAIN}\""),
            "bo",
        ),
        (
            "03 part and value of different ones",
            format!("emails[type eq \"work\" and value eq \"cy@{DOMAIN}\"]"),
            "",
        ),
        (
            "04 and before or",
            "title pr and active eq false or userName sw \"bo\"".to_owned(),
            "bo",
        ),
        (
            "04 brackets",
            "(title pr or userName sw \"cy\") and not (userName sw \"ada\")".to_owned(),
            "bo cy",
        ),
        ("04 not", "not (active eq true)".to_owned(), "cy"),
        (
            "04 both",
            format!("userName eq \"ada@{DOMAIN}\" and active eq false"),
            "",
        ),
    ] {
        let found = rig.found(&filter).await;
        let mut names: Vec<&str> = found.iter().map(|name| name.split('@').next().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names.join(" "), expected, "{case}: {filter}");
    }
}

#[tokio::test]
async fn scim_05_06_filters_that_cannot_be_read_are_refused() {
    let rig = three().await;
    let deep = format!("{}userName pr{}", "(".repeat(2_000), ")".repeat(2_000));
    let wide = vec!["userName pr"; 200].join(" or ");
    for filter in [
        "shoeSize eq 42",
        "userName",
        "userName eq",
        "password pr",
        "emails[shoe eq \"x\"]",
        &deep,
        &wide,
    ] {
        let body = json!({ "filter": filter });
        refused(&rig.post("/Users/.search", &body).await, 400, Some("invalidFilter"));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("filter", filter)
            .finish();
        refused(&rig.get(&format!("/Users?{query}")).await, 400, Some("invalidFilter"));
    }
    refused(
        &rig.get("/Groups?filter=not%20(members%20pr)").await,
        400,
        Some("invalidFilter"),
    );
}

#[tokio::test]
async fn scim_07_08_spans_out_of_range_are_brought_into_it() {
    let rig = three().await;
    for (query, start, items) in [
        ("startIndex=0", 1, 3),
        ("startIndex=-5&count=2", 1, 2),
        ("startIndex=3", 3, 1),
        ("startIndex=99", 99, 0),
        ("count=0", 1, 0),
        ("count=-1", 1, 0),
        ("count=99999999", 1, 3),
        ("startIndex=9223372036854775807&count=2", i64::MAX, 0),
    ] {
        for order in ["", "&sortBy=userName"] {
            let page = rig.get(&format!("/Users?{query}{order}")).await.expect(200);
            assert_eq!(page["totalResults"], 3, "{query}{order}");
            assert_eq!(page["startIndex"], start, "{query}{order}");
            assert_eq!(page["Resources"].as_array().unwrap().len(), items, "{query}{order}");
            assert_eq!(page["itemsPerPage"], items, "{query}{order}");
        }
    }
    refused(&rig.get("/Users?count=many").await, 400, Some("invalidValue"));
}

#[tokio::test]
async fn scim_09_an_order_by_nothing_is_refused() {
    let rig = three().await;
    refused(&rig.get("/Users?sortBy=shoeSize").await, 400, Some("invalidPath"));
    refused(&rig.get("/Users?sortBy=name").await, 400, Some("invalidPath"));
    let names = async |query: &str| {
        let page = rig
            .get(&format!("/Users?attributes=userName&{query}"))
            .await
            .expect(200);
        let all = page["Resources"].as_array().unwrap().iter();
        let names = all.map(|user| user["userName"].as_str().unwrap().split('@').next().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("sortBy=userName&sortOrder=descending").await, "cy bo ada");
    assert_eq!(names("sortBy=TITLE").await, "bo ada cy", "what has none comes last");
    assert_eq!(names("sortBy=emails").await, "ada bo cy");
}

#[tokio::test]
async fn scim_10_answers_have_the_attributes_that_were_asked_for() {
    let rig = three().await;
    let first = async |query: &str| {
        let page = rig.get(&format!("/Users?count=1&{query}")).await.expect(200);
        let mut names = page["Resources"][0]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(
        first("attributes=userName,EMAILS.value,shoeSize").await,
        "emails id schemas userName"
    );
    assert!(!first("excludedAttributes=emails,id,groups").await.contains("emails"));
    assert!(
        first("excludedAttributes=id").await.contains("id"),
        "the id is always told"
    );
    refused(
        &rig.get("/Users?attributes=id&excludedAttributes=id").await,
        400,
        Some("invalidValue"),
    );
}

/// Fifty thousand are asked for in pages, by the group; the group itself is listed without them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_scim_28_a_group_of_fifty_thousand_is_paged() {
    const MEMBERS: i64 = 50_000;
    let rig = Rig::with_settings(&[("BILTEN_RATE_BURST", "100000")]).await;
    let group = rig.group("Everybody", &[]).await;
    let mut admin = rig.app.test_db.admin().await;
    let tenant = rig.shop.id.uuid();
    let group_uuid = group.parse::<bilten_kernel::ScimGroupId>().unwrap().uuid();
    let insert = format!(
        "with numbers as (select n, gen_random_uuid() as id from generate_series(1, {MEMBERS}) n),
         people as (insert into bilten.accounts (tenant_id, id, email, email_norm, name, password_hash, created_at)
                    select '{tenant}', id, n || '@{DOMAIN}', n || '@{DOMAIN}', 'N', 'none', '2031-05-01' from numbers),
         users as (insert into bilten.scim_users (tenant_id, id, account_id, user_name_norm, is_active, doc, version, created_at, updated_at)
                   select '{tenant}', id, id, n || '@{DOMAIN}', true, jsonb_build_object('userName', n || '@{DOMAIN}', 'active', true), 1,
                          '2031-05-01', '2031-05-01' from numbers)
         insert into bilten.scim_members (tenant_id, group_id, user_id) select '{tenant}', '{group_uuid}', id from numbers"
    );
    // The parents are there before the rows that name them are checked, at the end of the statement.
    bilten_tests::db::run(&mut admin, &insert).await;
    let started = std::time::Instant::now();
    let mut seen = std::collections::BTreeSet::new();
    let mut start = 1;
    while start <= MEMBERS {
        let path =
            format!("/Users?filter=groups.value%20eq%20%22{group}%22&attributes=userName&startIndex={start}&count=200");
        let page = rig.get(&path).await.expect(200);
        assert_eq!(page["totalResults"], MEMBERS);
        let users = page["Resources"].as_array().unwrap();
        seen.extend(users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()));
        start += 200;
    }
    assert_eq!(seen.len(), 50_000, "each of them once");
    let paged = started.elapsed();
    let listed = rig.get("/Groups?excludedAttributes=members").await.expect(200);
    assert_eq!(listed["totalResults"], 1);
    assert!(listed["Resources"][0].get("members").is_none());
    let one = &rig.found(&format!("userName eq \"4711@{DOMAIN}\"")).await;
    assert_eq!(one.len(), 1);
    // An answer to a change does not tell fifty thousand.
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "All" }]);
    let renamed = rig.patch(&format!("/Groups/{group}"), &rename).await;
    assert_eq!((renamed.status.as_u16(), renamed.text.len()), (204, 0));
    refused(&rig.get("/Users?filter=title%20pr").await, 400, Some("tooMany"));
    bilten_tests::report(&format!(
        "SCIM: 50000 members of a group in {} pages of 200: {:.1} s",
        MEMBERS / 200,
        paged.as_secs_f64()
    ));
}

#[tokio::test]
async fn scim_37_names_that_look_alike_are_one() {
    let rig = Rig::new().await;
    let (composed, decomposed) = (format!("Jos\u{e9}@{DOMAIN}"), format!("jose\u{301}@{DOMAIN}"));
    let body =
        |name: &str, email: &str| json!({ "userName": name, "emails": [{ "value": format!("{email}@{DOMAIN}") }] });
    rig.post("/Users", &body(&composed, "a")).await.expect(201);
    refused(
        &rig.post("/Users", &body(&decomposed, "b")).await,
        409,
        Some("uniqueness"),
    );
    assert_eq!(rig.found(&format!("userName eq \"{decomposed}\"")).await, [composed]);
}
