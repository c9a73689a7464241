//! From a view to a mail.

use bilten_kernel::TenantId;

use super::{Address, Attachment, Mail};
use crate::{
    qr::{self, QrError},
    render::{RenderError, Renderer},
    views::{Page, View, mail::TicketsMail},
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
        [("event", crate::i18n::Arg::Text(view.summary.title.clone()))],
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
