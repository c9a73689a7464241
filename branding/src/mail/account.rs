//! Mails to staff about their own accounts.

use super::{Mail, MailContext, compose::ComposeError};
use crate::{
    i18n::Arg,
    render::Renderer,
    views::{Page, View as _, mail::AccountMail},
};

/// Writes what a member of staff is told about his account, or the link that he asked for.
///
/// # Errors
/// A template failed, which is a fault of ours.
pub fn account(
    renderer: &Renderer,
    page: &Page,
    view: &AccountMail,
    context: MailContext,
) -> Result<Mail, ComposeError> {
    let shop = Arg::Text(context.from.name.clone());
    let speaker = renderer.speaker(page.locale);
    Ok(Mail {
        id: context.id,
        tenant: context.tenant,
        from: context.from,
        reply_to: context.reply_to,
        to: context.to,
        subject: speaker.say_with(&view.subject, [("shop", shop)]),
        text: renderer.template("mail/account.txt", page, view)?,
        html: renderer.template(AccountMail::TEMPLATE, page, view)?,
        attachments: Vec::new(),
    })
}
