//! From a view to a mail.

use bilten_kernel::TenantId;

use super::{Address, Attachment, Mail};
use crate::{
    i18n::Arg,
    qr::{self, QrError},
    render::{RenderError, Renderer},
    views::{
        Page, SsoMail, View, VisitMail,
        invitation_mail::InvitationMail,
        mail::{
            GiftCardMail, MoneyMail, ReturnMail, TicketsMail, WaitlistJoinedMail, WaitlistLapsedMail, WaitlistOfferMail,
        },
    },
};

/// Who writes to whom.
#[derive(Debug, Clone)]
pub struct MailContext {
    /// Unique; the id of the job or outbox event that causes the mail.
    pub id: String,
    /// Whose mail it is.
    pub tenant: TenantId,
    /// Sender.
    pub from: Address,
    /// Where answers go.
    pub reply_to: Option<Address>,
    /// Recipient.
    pub to: Address,
}

/// Says why a mail could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// A template failed.
    #[error("the mail cannot be rendered")]
    Render(#[from] RenderError),
    /// A ticket's symbol could not be drawn.
    #[error("a ticket's symbol cannot be drawn")]
    Symbol(#[from] QrError),
}

/// Writes the mail with the tickets of an order. `page` gives brand and language (`Face::Plain` will do).
///
/// # Errors
/// A template or a symbol failed; both are faults of ours.
pub fn tickets(
    renderer: &Renderer,
    page: &Page,
    view: &TicketsMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let html = renderer.template(TicketsMail::TEMPLATE, page, view)?;
    let text = renderer.template("mail/tickets.txt", page, view)?;
    let subject = renderer.speaker(page.locale).say_with(
        if view.is_resend {
            "mail-subject-resend"
        } else {
            "mail-subject-tickets"
        },
        [("event", Arg::Text(view.summary.title.clone()))],
    );
    let mut attachments = Vec::with_capacity(view.tickets.len());
    for ticket in &view.tickets {
        attachments.push(Attachment {
            name: format!("{}-{}.png", view.code.to_lowercase(), ticket.number),
            media_type: "image/png".to_owned(),
            content_id: Some(format!("ticket-{}", ticket.number)),
            bytes: qr::png(&ticket.code)?,
        });
    }
    Ok(Mail {
        id: context.id,
        tenant: context.tenant,
        from: context.from,
        reply_to: context.reply_to,
        to: context.to,
        subject,
        text,
        html,
        attachments,
    })
}

/// Writes the mail that somebody is on a waiting list.
///
/// # Errors
/// A template failed, which is a fault of ours.
pub fn waitlist_joined(
    renderer: &Renderer,
    page: &Page,
    view: &WaitlistJoinedMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let subject = ("mail-subject-waitlist-joined", view.event.title.as_str());
    plain(renderer, page, (view, "mail/waiting_list_joined.txt", subject), context)
}

/// Writes the mail that places came back for somebody.
///
/// # Errors
/// As [`waitlist_joined`].
pub fn waitlist_offer(
    renderer: &Renderer,
    page: &Page,
    view: &WaitlistOfferMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let subject = ("mail-subject-waitlist-offer", view.summary.title.as_str());
    plain(renderer, page, (view, "mail/waiting_list_offer.txt", subject), context)
}

/// Writes the mail that an offer has passed.
///
/// # Errors
/// As [`waitlist_joined`].
pub fn waitlist_lapsed(
    renderer: &Renderer,
    page: &Page,
    view: &WaitlistLapsedMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let subject = ("mail-subject-waitlist-lapsed", view.event.title.as_str());
    plain(renderer, page, (view, "mail/waiting_list_lapsed.txt", subject), context)
}

/// Tells a buyer which tickets came back, and what goes back for them.
///
/// # Errors
/// As [`waitlist_joined`].
pub fn tickets_returned(
    renderer: &Renderer,
    page: &Page,
    view: &ReturnMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let subject = ("mail-subject-return", view.title.as_str());
    plain(renderer, page, (view, "mail/return.txt", subject), context)
}

/// Sends a gift card to who bought it, or to who is to have it.
///
/// # Errors
/// As [`waitlist_joined`].
pub fn gift_card(
    renderer: &Renderer,
    page: &Page,
    view: &GiftCardMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let shop = context.from.name.clone();
    let subject = match (&view.from, &view.sent_to) {
        (Some(_), _) => "mail-subject-gift-for-you",
        (None, Some(_)) => "mail-subject-gift-sent",
        (None, None) => "mail-subject-gift",
    };
    plain(renderer, page, (view, "mail/gift_card.txt", (subject, &shop)), context)
}

/// Invites somebody to a shop's staff.
///
/// # Errors
/// As [`waitlist_joined`].
pub fn invitation(
    renderer: &Renderer,
    page: &Page,
    view: &InvitationMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let subject = ("mail-subject-invitation", view.shop.as_str());
    plain(renderer, page, (view, "mail/invitation.txt", subject), context)
}

/// Tells a shop's people what happened to its money.
///
/// # Errors
/// As [`waitlist_joined`].
pub fn money(renderer: &Renderer, page: &Page, view: &MoneyMail, context: MailContext) -> Result<Mail, ComposeError> {
    let shop = context.from.name.clone();
    plain(
        renderer,
        page,
        (view, "mail/money.txt", ("mail-subject-money", &shop)),
        context,
    )
}

/// Writes the mail that tells an owner about log-in at the identity provider.
///
/// # Errors
/// A template and its view do not fit together.
pub fn sso(renderer: &Renderer, page: &Page, view: &SsoMail, context: MailContext) -> Result<Mail, ComposeError> {
    let shop = context.from.name.clone();
    plain(
        renderer,
        page,
        (view, "mail/sso.txt", ("mail-subject-sso", &shop)),
        context,
    )
}

/// Writes the mail about a stream of the record that has stopped; it looks like the one about log-in.
///
/// # Errors
/// A template and its view do not fit together.
pub fn stream_failed(
    renderer: &Renderer,
    page: &Page,
    view: &SsoMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let shop = context.from.name.clone();
    plain(
        renderer,
        page,
        (view, "mail/sso.txt", ("mail-subject-stream", &shop)),
        context,
    )
}

/// Writes the mail about a visit of a platform operator.
///
/// # Errors
/// A template and its view do not fit together.
pub fn visit(renderer: &Renderer, page: &Page, view: &VisitMail, context: MailContext) -> Result<Mail, ComposeError> {
    let shop = context.from.name.clone();
    plain(
        renderer,
        page,
        (view, "mail/visit.txt", ("mail-subject-visit", &shop)),
        context,
    )
}

/// A mail without attachments; its subject names the event.
fn plain<V: View>(
    renderer: &Renderer,
    page: &Page,
    (view, text, (subject, event)): (&V, &'static str, (&str, &str)),
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let speaker = renderer.speaker(page.locale);
    Ok(Mail {
        id: context.id,
        tenant: context.tenant,
        from: context.from,
        reply_to: context.reply_to,
        to: context.to,
        subject: speaker.say_with(subject, [("event", Arg::Text(event.to_owned()))]),
        text: renderer.template(text, page, view)?,
        html: renderer.template(V::TEMPLATE, page, view)?,
        attachments: Vec::new(),
    })
}
