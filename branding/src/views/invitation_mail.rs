//! The mail that invites somebody to a shop's staff.

use serde::Serialize;

use super::{Moment, View, console::RoleLabel, mail::MailColours, sample};

/// Invites somebody; bound to his address.
#[derive(Debug, Clone, Serialize)]
pub struct InvitationMail {
    /// Name of who invites.
    pub by: String,
    /// Name of the shop.
    pub shop: String,
    /// What it gives.
    pub role: RoleLabel,
    /// Organizer or event for which it is given.
    pub place: Option<String>,
    /// When the invitation ends.
    pub until: Moment,
    /// Full address of the page that accepts it (signed link).
    pub url: String,
    /// Colours of the brand.
    pub colours: MailColours,
}

impl View for InvitationMail {
    const TEMPLATE: &'static str = "mail/invitation.html";

    fn samples() -> Vec<Self> {
        let built_in = Self {
            by: "Owner <one>".to_owned(),
            shop: "Nordlys".to_owned(),
            role: RoleLabel {
                key: Some("role-door_staff".to_owned()),
                name: String::new(),
            },
            place: Some("Winter <night>".to_owned()),
            until: sample::moment("2026-12-01T09:12:00Z"),
            url: "http://nordlys.localhost:8080/manage/invitations/t0ken".to_owned(),
            colours: crate::Theme::default().mail_colours(),
        };
        let own = Self {
            role: RoleLabel {
                key: None,
                name: "Front <desk>".to_owned(),
            },
            place: None,
            ..built_in.clone()
        };
        vec![built_in, own]
    }
}
