//! Every view in every language and theme: nothing missing, nothing unescaped, nothing the policy forbids.

use std::{collections::BTreeSet, path::PathBuf};

use bilten_kernel::Locale;

use super::*;
use crate::{
    i18n::Speakers,
    texts,
    theme::Theme,
    views::{
        Brand, Face, checkout, console, dev, mail, order, platform, sample,
        sandbox::SandboxView,
        storefront::{
            ClosedView, ErrorView, EventView, HomeView, LegalView, NotFoundView, QueueView, TicketBoxView,
            WaitlistEntryView, WaitlistFormView, WaitlistJoinedView,
        },
    },
};

/// What is done with each rendered page.
type Sink<'a> = dyn FnMut(&str, &str) + 'a;

const NAMES: [&str; 3] = ["Nordlys", "Operahuset", "DevConf"];

fn all<V: View>(renderer: &Renderer, face: Face, sink: &mut Sink) {
    for (preset, name) in Theme::PRESETS.iter().zip(NAMES) {
        let theme = Theme::preset(preset).unwrap();
        for locale in Locale::ALL {
            let mut page = sample::page(face, &theme, name, locale, "/");
            if face == Face::Plain {
                page.brand = Brand::plain("");
            }
            for (index, view) in V::samples().iter().enumerate() {
                let html = renderer
                    .page(&page, view)
                    .unwrap_or_else(|error| panic!("{}", chain(&error)));
                let stem = V::TEMPLATE.trim_end_matches(".html").replace('/', "-");
                sink(&format!("{preset}.{locale}.{stem}.{index}"), &html);
            }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}\n{cause}");
        next = cause.source();
    }
    text
}

fn every_page(renderer: &Renderer, sink: &mut Sink) {
    all::<HomeView>(renderer, Face::Storefront, sink);
    all::<EventView>(renderer, Face::Storefront, sink);
    all::<WaitlistFormView>(renderer, Face::Storefront, sink);
    all::<WaitlistJoinedView>(renderer, Face::Storefront, sink);
    all::<WaitlistEntryView>(renderer, Face::Storefront, sink);
    all::<QueueView>(renderer, Face::Storefront, sink);
    all::<ClosedView>(renderer, Face::Storefront, sink);
    all::<NotFoundView>(renderer, Face::Storefront, sink);
    all::<ErrorView>(renderer, Face::Storefront, sink);
    all::<LegalView>(renderer, Face::Storefront, sink);
    all::<checkout::DetailsView>(renderer, Face::Storefront, sink);
    all::<checkout::PayView>(renderer, Face::Storefront, sink);
    all::<checkout::ExpiredView>(renderer, Face::Storefront, sink);
    all::<order::OrderView>(renderer, Face::Storefront, sink);
    all::<order::ReturnView>(renderer, Face::Storefront, sink);
    all::<order::PrintView>(renderer, Face::Storefront, sink);
    all::<SandboxView>(renderer, Face::Plain, sink);
    console_pages(renderer, sink);
}

fn console_pages(renderer: &Renderer, sink: &mut Sink) {
    team_pages(renderer, sink);
    all::<console::LoginView>(renderer, Face::Console, sink);
    account_pages(renderer, sink);
    all::<console::HomeView>(renderer, Face::Console, sink);
    all::<console::EventListView>(renderer, Face::Console, sink);
    all::<console::EventOverviewView>(renderer, Face::Console, sink);
    all::<console::WaitingRoomView>(renderer, Face::Console, sink);
    all::<console::FinanceView>(renderer, Face::Console, sink);
    all::<console::JournalView>(renderer, Face::Console, sink);
    all::<console::AuditListView>(renderer, Face::Console, sink);
    all::<console::FinanceReportView>(renderer, Face::Console, sink);
    all::<console::DisputeView>(renderer, Face::Console, sink);
    all::<console::ReturnPolicyView>(renderer, Face::Console, sink);
    all::<console::OrderListView>(renderer, Face::Console, sink);
    all::<console::OrderDetailView>(renderer, Face::Console, sink);
    all::<console::AttendeesView>(renderer, Face::Console, sink);
    all::<console::WaitingListView>(renderer, Face::Console, sink);
    all::<console::CheckInPickView>(renderer, Face::Console, sink);
    all::<console::CheckInView>(renderer, Face::Console, sink);
    all::<console::PayeesView>(renderer, Face::Console, sink);
    all::<console::SsoListView>(renderer, Face::Console, sink);
    all::<console::StreamsView>(renderer, Face::Console, sink);
    all::<console::VisitsView>(renderer, Face::Console, sink);
    all::<console::VisitView>(renderer, Face::Console, sink);
    all::<console::VisitDoorView>(renderer, Face::Console, sink);
    all::<console::SsoFormView>(renderer, Face::Console, sink);
    all::<console::SsoView>(renderer, Face::Console, sink);
    all::<console::SamlFormView>(renderer, Face::Console, sink);
    all::<console::EmbeddedView>(renderer, Face::Console, sink);
    all::<console::FailuresView>(renderer, Face::Console, sink);
    all::<console::DoorSaleView>(renderer, Face::Console, sink);
    all::<console::DoorCartView>(renderer, Face::Console, sink);
    all::<console::BasicsStepView>(renderer, Face::Console, sink);
    all::<console::TicketsStepView>(renderer, Face::Console, sink);
    all::<console::LookStepView>(renderer, Face::Console, sink);
    all::<console::PublishStepView>(renderer, Face::Console, sink);
    all::<platform::PlatformLoginView>(renderer, Face::Platform, sink);
    all::<platform::TenantListView>(renderer, Face::Platform, sink);
    all::<platform::TenantDetailView>(renderer, Face::Platform, sink);
    all::<platform::MoneyView>(renderer, Face::Platform, sink);
    all::<dev::MailboxView>(renderer, Face::Platform, sink);
    all::<dev::MailView>(renderer, Face::Platform, sink);
    all::<dev::StyleguideView>(renderer, Face::Storefront, sink);
}

fn account_pages(renderer: &Renderer, sink: &mut Sink) {
    all::<console::AccountView>(renderer, Face::Console, sink);
    all::<console::ConfirmView>(renderer, Face::Console, sink);
    all::<console::SecurityView>(renderer, Face::Console, sink);
    all::<console::LoginHelpView>(renderer, Face::Console, sink);
    all::<console::LoginLinkView>(renderer, Face::Console, sink);
    all::<console::NewPasswordView>(renderer, Face::Console, sink);
    all::<console::SecondStepView>(renderer, Face::Console, sink);
    all::<console::FactorView>(renderer, Face::Console, sink);
    all::<console::RecoveryCodesView>(renderer, Face::Console, sink);
}

fn team_pages(renderer: &Renderer, sink: &mut Sink) {
    all::<console::TeamView>(renderer, Face::Console, sink);
    all::<console::MemberView>(renderer, Face::Console, sink);
    all::<console::AcceptView>(renderer, Face::Console, sink);
    all::<console::RolesView>(renderer, Face::Console, sink);
    all::<console::RoleFormView>(renderer, Face::Console, sink);
    all::<console::ApiKeysView>(renderer, Face::Console, sink);
}

/// What the content security policy forbids, or what would be a hole.
fn check_page(name: &str, html: &str) {
    // The two exceptions: Stripe's form on the pay page and its pages of an account, where each script bears the page's nonce.
    let html = &if name.contains("checkout-pay") || name.contains("payee_embedded") {
        html.replace(
            "<script src=\"https://js.stripe.com/endive/stripe.js\" nonce=\"c0ffee\" defer></script>",
            "",
        )
        .replace(
            "<script src=\"https://connect-js.stripe.com/v1.0/connect.js\" nonce=\"c0ffee\" defer></script>",
            "",
        )
        .replace(
            "<script type=\"module\" nonce=\"c0ffee\" src=",
            "<script type=\"module\" src=",
        )
    } else {
        html.to_owned()
    };
    for forbidden in [
        " style=",
        "<style",
        " onclick=",
        "javascript:",
        "<b>gmial",
        "<script>alert",
        "src=\"http",
        "[[",
    ] {
        assert!(!html.contains(forbidden), "{name} holds {forbidden}");
    }
    assert_eq!(
        html.matches("<script").count(),
        html.matches("<script type=\"module\" src=\"/").count(),
        "{name}"
    );
    if !name.contains("platform-") && !name.contains("dev-") {
        assert!(!html.to_lowercase().contains("bilten"), "{name} names the platform");
    }
    let posting = html.matches("<form").count() - html.matches("method=\"get\"").count();
    assert_eq!(
        posting,
        html.matches("name=\"csrf\"").count(),
        "{name}: every posting form carries the token"
    );
    assert_eq!(html.matches("<h1").count(), 1, "{name} has one main heading");
}

#[test]
fn every_view_renders_in_every_language_and_theme() {
    let renderer = Renderer::load().unwrap_or_else(|error| panic!("{}", chain(&error)));
    let mut count = 0;
    every_page(&renderer, &mut |name, html| {
        check_page(name, html);
        count += 1;
    });
    assert!(count > 250, "{count} pages");
}

#[test]
fn mails_about_waiting_lists_hold_their_links_in_both_parts() {
    let renderer = Renderer::load().unwrap();
    let theme = Theme::preset("nordlys").unwrap();
    for locale in Locale::ALL {
        let page = sample::page(Face::Storefront, &theme, "Nordlys", locale, "/");
        let both = |html: String, text: String, urls: &[&str]| {
            assert!(
                html.contains("Sample &lt;Guest&gt;") && text.contains("Sample <Guest>"),
                "{text}"
            );
            for url in urls {
                assert!(
                    html.contains(&format!("href=\"{url}\"")) && text.contains(url),
                    "{text}"
                );
            }
            assert!(!html.to_lowercase().contains("bilten") && !text.to_lowercase().contains("bilten"));
        };
        for view in mail::WaitlistJoinedMail::samples() {
            let html = renderer
                .template(mail::WaitlistJoinedMail::TEMPLATE, &page, &view)
                .unwrap();
            let text = renderer.template("mail/waiting_list_joined.txt", &page, &view).unwrap();
            both(html, text, &[&view.entry_url]);
        }
        for view in mail::WaitlistOfferMail::samples() {
            let html = renderer
                .template(mail::WaitlistOfferMail::TEMPLATE, &page, &view)
                .unwrap();
            let text = renderer.template("mail/waiting_list_offer.txt", &page, &view).unwrap();
            both(html, text, &[&view.buy_url, &view.entry_url]);
        }
        for view in mail::ReturnMail::samples() {
            let html = renderer.template(mail::ReturnMail::TEMPLATE, &page, &view).unwrap();
            let text = renderer.template("mail/return.txt", &page, &view).unwrap();
            both(html, text, &[&view.order_url]);
        }
        for view in mail::WaitlistLapsedMail::samples() {
            let html = renderer
                .template(mail::WaitlistLapsedMail::TEMPLATE, &page, &view)
                .unwrap();
            let text = renderer.template("mail/waiting_list_lapsed.txt", &page, &view).unwrap();
            both(html, text, &[&view.join_url]);
        }
    }
}

#[test]
fn a_mail_about_the_shops_money_leads_to_the_console_in_both_parts() {
    let renderer = Renderer::load().unwrap();
    let theme = Theme::preset("nordlys").unwrap();
    for locale in Locale::ALL {
        let page = sample::page(Face::Plain, &theme, "Nordlys", locale, "/");
        for view in mail::MoneyMail::samples() {
            let html = renderer.template(mail::MoneyMail::TEMPLATE, &page, &view).unwrap();
            let text = renderer.template("mail/money.txt", &page, &view).unwrap();
            assert!(
                html.contains(&format!("href=\"{}\"", view.url)) && text.contains(&view.url),
                "{text}"
            );
            assert!(!text.contains("mail-money"), "every key has words: {text}");
        }
    }
}

#[test]
fn a_mail_about_an_account_has_its_link_and_its_words_in_both_parts() {
    let renderer = Renderer::load().unwrap();
    let theme = Theme::preset("nordlys").unwrap();
    for locale in Locale::ALL {
        let page = sample::page(Face::Plain, &theme, "Nordlys", locale, "/");
        for view in mail::AccountMail::samples() {
            let html = renderer.template(mail::AccountMail::TEMPLATE, &page, &view).unwrap();
            let text = renderer.template("mail/account.txt", &page, &view).unwrap();
            assert!(html.contains(&view.url) && text.contains(&view.url), "{text}");
            for part in [&html, &text] {
                assert!(
                    !part.contains("mail-account") && !part.to_lowercase().contains("bilten"),
                    "{part}"
                );
            }
        }
    }
}

#[test]
fn the_piece_about_what_is_left_is_the_same_as_on_the_page() {
    let renderer = Renderer::load().unwrap();
    let mut count = 0;
    for locale in Locale::ALL {
        let page = sample::page(
            Face::Storefront,
            &Theme::preset("nordlys").unwrap(),
            "Nordlys",
            locale,
            "/",
        );
        for (view, piece) in EventView::samples().iter().zip(TicketBoxView::samples()) {
            let whole = renderer.page(&page, view).unwrap();
            let piece = renderer.page(&page, &piece).unwrap();
            assert!(whole.contains(piece.trim()) && !piece.contains("<html"), "{piece}");
            count += 1;
        }
    }
    assert_eq!(count, 22);
}

#[test]
fn mails_render_and_hold_the_same_in_both_parts() {
    let renderer = Renderer::load().unwrap();
    let mut count = 0;
    all::<mail::TicketsMail>(&renderer, Face::Storefront, &mut |name, html| {
        assert!(
            html.contains("Sample &lt;Guest&gt;") && html.contains("cid:ticket-3"),
            "{name}"
        );
        assert!(!html.to_lowercase().contains("bilten"), "{name}");
        count += 1;
    });
    let theme = Theme::preset("operahuset").unwrap();
    for locale in Locale::ALL {
        let page = sample::page(Face::Storefront, &theme, "Operahuset", locale, "/");
        for view in mail::TicketsMail::samples() {
            let text = renderer.template("mail/tickets.txt", &page, &view).unwrap();
            assert!(
                text.contains("Sample <Guest>") && text.contains(&view.order_url),
                "{text}"
            );
            assert!(
                text.contains(&renderer.speaker(locale).money(view.summary.total)),
                "{text}"
            );
        }
    }
    assert_eq!(count, 12);
}

/// Keys named in templates, as far as they are written out.
fn keys_in_templates() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (_, source) in sources() {
        let parts: Vec<&str> = source.split("(key=\"").collect();
        for pair in parts.windows(2) {
            let key = pair[1].split('"').next().unwrap_or_default();
            if !pair[0].ends_with("get") && !key.ends_with('-') {
                keys.insert(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_key_exists_in_every_language() {
    let speakers = Speakers::load();
    for locale in Locale::ALL {
        let speaker = speakers.get(locale);
        for key in keys_in_templates().iter().map(String::as_str).chain(
            texts::ALL
                .iter()
                .chain(texts::reports::ALL)
                .chain(texts::moving::ALL)
                .chain(texts::disputes::ALL)
                .chain(texts::commission::ALL)
                .chain(texts::outlook::ALL)
                .chain(texts::saml::ALL)
                .chain(texts::sso::ALL)
                .chain(texts::scim::ALL)
                .chain(texts::team::ALL)
                .chain(texts::visits::ALL)
                .chain(texts::streams::ALL)
                .copied(),
        ) {
            assert!(speaker.knows(key), "{locale}: {key} is missing");
        }
        let other: BTreeSet<_> = speakers.get(Locale::En).keys().map(ToOwned::to_owned).collect();
        let own: BTreeSet<_> = speaker.keys().map(ToOwned::to_owned).collect();
        assert_eq!(own, other, "{locale} and English have the same messages");
    }
}

/// `safe` switches escaping off; only sanitised HTML may pass that way.
#[test]
fn safe_is_used_for_sanitised_html_only() {
    for (name, source) in sources() {
        for part in source.split("{{").skip(1) {
            let expression = part.split("}}").next().unwrap_or_default();
            if expression.contains("| safe") {
                let known = [
                    "view.description | safe",
                    "view.html | safe",
                    "body | safe",
                    "set_up.symbol | safe",
                ];
                assert!(known.contains(&expression.trim()), "{name}: {expression}");
            }
        }
    }
}

/// Writes all samples as files with the bundle beside them, for looking at in a browser.
/// Run with `WEB_SHOTS=<folder>` and `--run-ignored only`.
#[test]
#[ignore = "a tool that writes files, not a test"]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch of a developer's tool, not a setting of the server"
)]
fn samples_can_be_written_for_looking_at() {
    let folder = std::env::var("WEB_SHOTS").expect("WEB_SHOTS names a folder");
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for preset in Theme::PRESETS {
        let theme = Theme::preset(preset).unwrap();
        std::fs::write(folder.join(theme.href().trim_start_matches('/')), theme.css()).unwrap();
        for seed in 0..8 {
            let picture = crate::artwork::svg(&theme, &format!("sample-{seed}"));
            std::fs::write(folder.join(format!("{preset}-art-{seed}.svg")), picture).unwrap();
        }
    }
    std::fs::write(
        folder.join("qr.svg"),
        crate::qr::svg("AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIB").unwrap(),
    )
    .unwrap();
    let renderer = Renderer::load().unwrap_or_else(|error| panic!("{}", chain(&error)));
    let mut write = |name: &str, html: &str| std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    every_page(&renderer, &mut write);
    all::<mail::TicketsMail>(&renderer, Face::Storefront, &mut write);
    all::<mail::WaitlistJoinedMail>(&renderer, Face::Storefront, &mut write);
    all::<mail::WaitlistOfferMail>(&renderer, Face::Storefront, &mut write);
    all::<mail::WaitlistLapsedMail>(&renderer, Face::Storefront, &mut write);
    all::<mail::ReturnMail>(&renderer, Face::Storefront, &mut write);
    all::<mail::MoneyMail>(&renderer, Face::Plain, &mut write);
    all::<mail::AccountMail>(&renderer, Face::Plain, &mut write);
    all::<crate::views::SsoMail>(&renderer, Face::Plain, &mut write);
    all::<crate::views::VisitMail>(&renderer, Face::Plain, &mut write);
}
